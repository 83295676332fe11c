#include "models/model_scope.h"

#include "heed.h"

namespace heed {

std::string find_model_scope(const Config& config, const Checkpoint& checkpoint, const std::string& type, const std::string& tensor) {
    for (const std::string& scope : {type + ".", std::string()}) {
        if (checkpoint.has(scope + tensor)) {
            return scope;
        }
    }
    fail(ErrorKind::bad_model, checkpoint.description(), ": expected the tensors of the '", type, "' that ", config.name(),
         " announces, got no '", type, ".", tensor, "'");
}

}  // namespace heed
