#pragma once

#include "models/text/aligned_text.h"

namespace heed::tokens {

enum class NormalForm { nfc, nfd, nfkc, nfkd };

// Unicode's normal forms. A composed character stands for what its base letter stood for.
void normalize(AlignedText& text, NormalForm form);

}  // namespace heed::tokens
