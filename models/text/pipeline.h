#pragma once

#include <memory>
#include <string>

#include "models/text/added_tokens.h"
#include "models/text/post_processor.h"
#include "models/text/split.h"
#include "models/text/subword_model.h"
#include "models/text/token_decoder.h"
#include "models/text/tokenizer.h"

namespace heed::tokens {

// What a text goes through, in this order. Of the functions any may be empty.
struct Stages {
    AddedTokens added;
    Normalizer normalizer;
    PreTokenizer pre_tokenizer;
    std::unique_ptr<SubwordModel> model;
    PostProcessor post_processor;
    TokenDecoder decoder;  // empty: tokens with spaces between them
    bool tidy = false;     // a decoded text once more, with tidied()
    SpecialTokens special;
    std::string description;
};

std::unique_ptr<Tokenizer> make_tokenizer(Stages stages);

}  // namespace heed::tokens
