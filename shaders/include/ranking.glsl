// The order of argmax and top_k, in integers: larger values first, NaN before all, then by index.
const uint kNoKey = 0u;  // below every number's key
const uint kNoIndex = 0xffffffffu;

// Monotonous in the value; equal zeros get equal keys.
uint key_of(float value) {
    const uint bits = floatBitsToUint(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u) {
        return 0xffffffffu;
    }
    if (bits == 0x80000000u) {
        return 0x80000000u;  // -0 is 0
    }
    return (bits & 0x80000000u) != 0u ? ~bits : bits | 0x80000000u;
}

bool ranks_before(uint key, uint index, uint other_key, uint other_index) {
    return key > other_key || (key == other_key && index < other_index);
}
