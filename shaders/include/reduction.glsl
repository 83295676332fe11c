// How reduce's kernels join two numbers; KIND is their specialisation constant. NaN in, NaN out: GLSL's max and min may lose it.
// The logarithm of a sum of exponentials is made in two passes: the maximum, then the sum of what is left when it is taken off.
const uint FIRST_PASS = KIND == kReduceLogSumExp ? kReduceMax : KIND;

float join(uint kind, float a, float b) {
    if (kind == kReduceSum) {
        return a + b;
    }
    if (is_nan(a) || is_nan(b)) {
        return kNan;
    }
    return kind == kReduceMax ? max(a, b) : min(a, b);
}

float neutral(uint kind) { return kind == kReduceSum ? 0.0 : kind == kReduceMax ? -kInfinity : kInfinity; }

bool is_finite(float x) { return (floatBitsToUint(x) & 0x7fffffffu) < 0x7f800000u; }
