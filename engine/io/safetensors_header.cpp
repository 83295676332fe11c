#include "io/safetensors_header.h"

#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/error.h"
#include "io/json_text.h"

namespace heed::io {
namespace {

using nlohmann::json;

constexpr uint64_t kMostHeaderBytes = 100'000'000;  // the format's own limit
constexpr size_t kLengthBytes = 8;

// The header as events, which takes no more memory than the tensors that it names, sees a name that comes twice, and has no use for
// anything nested deeper than a list in a tensor.
class HeaderReader : public nlohmann::json_sax<json> {
public:
    HeaderReader(HeaderClaims& claims, const std::string& file) : claims_(claims), file_(file) {}

    bool null() override { return unexpected("null"); }
    bool boolean(bool value) override { return unexpected(value ? "true" : "false"); }
    bool number_integer(number_integer_t value) override { return unexpected(std::to_string(value)); }
    bool number_float(number_float_t, const string_t& digits) override { return unexpected(readable(digits)); }
    bool binary(binary_t&) override { return unexpected("bytes"); }

    bool number_unsigned(number_unsigned_t value) override {
        if (place_ != Place::list || value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
            return unexpected(std::to_string(value));
        }
        list_->push_back(static_cast<int64_t>(value));
        return true;
    }

    bool string(string_t& value) override {
        if (place_ == Place::metadata) {
            claims_.metadata[field_] = value;
        } else if (place_ == Place::tensor && field_ == "dtype") {
            tensor_.element = value;
        } else {
            return unexpected("'" + readable(value) + "'");
        }
        return true;
    }

    bool start_object(size_t) override {
        if (place_ == Place::outside) {
            place_ = Place::names;
        } else if (place_ == Place::names) {
            place_ = tensor_.name == kMetadataName ? Place::metadata : Place::tensor;
            fields_.clear();
            if (place_ == Place::metadata && std::exchange(metadata_read_, true)) {
                refuse("expected one ", kMetadataName, ", got two");
            }
        } else {
            return unexpected("an object");
        }
        return true;
    }

    bool key(string_t& value) override {
        if (place_ == Place::names) {
            tensor_ = {.name = value, .element = {}, .shape = {}, .offsets = {}};
            return true;
        }
        field_ = value;
        if (place_ == Place::tensor && field_ != "dtype" && field_ != "shape" && field_ != "data_offsets") {
            refuse("expected dtype, shape and data_offsets for ", quoted(tensor_.name), ", got ", quoted(field_));
        }
        if (!fields_.insert(field_).second) {
            refuse("expected one ", readable(field_), " for ", quoted(tensor_.name), ", got two");
        }
        return true;
    }

    bool end_object() override {
        if (place_ == Place::tensor) {
            for (const char* field : {"dtype", "shape", "data_offsets"}) {
                if (!fields_.contains(field)) {
                    refuse("expected dtype, shape and data_offsets for ", quoted(tensor_.name), ", got no ", field);
                }
            }
            claims_.tensors.push_back(std::move(tensor_));
        }
        place_ = place_ == Place::names ? Place::outside : Place::names;
        return true;
    }

    bool start_array(size_t) override {
        if (place_ != Place::tensor || field_ == "dtype") {
            return unexpected("a list");
        }
        place_ = Place::list;
        list_ = field_ == "shape" ? &tensor_.shape : &tensor_.offsets;
        return true;
    }

    bool end_array() override {
        place_ = Place::tensor;
        return true;
    }

    bool parse_error(size_t, const std::string&, const json::exception& error) override {
        refuse("expected the header to be JSON, got a ", json_complaint(error.what()));
    }

private:
    enum class Place { outside, names, tensor, metadata, list };

    static std::string quoted(const std::string& name) { return "'" + readable(name) + "'"; }

    template <typename... Parts>
    [[noreturn]] void refuse(const Parts&... parts) const {
        fail(ErrorKind::bad_file, file_, ": ", parts...);
    }

    [[noreturn]] bool unexpected(const std::string& what) const {
        switch (place_) {
            case Place::outside: refuse("expected the header to be an object, got ", what);
            case Place::names: refuse("expected ", quoted(tensor_.name), " to be an object, got ", what);
            case Place::metadata: refuse("expected '", readable(field_), "' of the metadata to be text, got ", what);
            case Place::tensor:
            case Place::list: break;
        }
        refuse("expected the ", field_, " of ", quoted(tensor_.name), " to be ", field_ == "dtype" ? "text" : "a list of whole numbers",
               ", got ", what);
    }

    HeaderClaims& claims_;
    const std::string& file_;
    Place place_ = Place::outside;
    TensorClaim tensor_;                    // that is being read
    std::vector<int64_t>* list_ = nullptr;  // of it
    std::string field_;                     // of it, or of the metadata
    std::set<std::string> fields_;          // read so far
    bool metadata_read_ = false;
};

uint64_t header_length(std::span<const std::byte> file, const std::string& name) {
    constexpr std::string_view kPointer = "version https://git-lfs";
    if (file.size() >= kPointer.size() && std::memcmp(file.data(), kPointer.data(), kPointer.size()) == 0) {
        fail(ErrorKind::bad_file, name, ": expected tensors, got the pointer that git leaves in their place; git lfs pull brings the file");
    }
    if (file.size() < kLengthBytes) {
        fail(ErrorKind::bad_file, name, ": expected ", kLengthBytes, " bytes that tell the header's length, got a file of ", file.size());
    }
    uint64_t length = 0;
    std::memcpy(&length, file.data(), sizeof length);
    if (length > kMostHeaderBytes) {
        fail(ErrorKind::bad_file, name, ": expected a safetensors header of at most ", kMostHeaderBytes, " bytes, got a length of ",
             length);
    }
    if (length > file.size() - kLengthBytes) {
        fail(ErrorKind::bad_file, name, ": expected a header of ", length, " bytes, got a file with ", file.size() - kLengthBytes,
             " behind the length");
    }
    return length;
}

}  // namespace

HeaderClaims read_header(std::span<const std::byte> file, const std::string& name) {
    const uint64_t length = header_length(file, name);
    const char* const begin = reinterpret_cast<const char*>(file.data()) + kLengthBytes;
    if (length == 0 || *begin != '{') {
        fail(ErrorKind::bad_file, name, ": expected the header to begin with '{', got ",
             length == 0 ? "none" : "'" + readable({begin, 1}) + "'");
    }
    HeaderClaims claims;
    claims.data_begin = kLengthBytes + length;
    HeaderReader reader(claims, name);
    json::sax_parse(begin, begin + length, &reader);
    return claims;
}

}  // namespace heed::io
