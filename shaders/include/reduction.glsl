// How reduce's kernels join two numbers; KIND is their specialisation constant. NaN in, NaN out: GLSL's max and min may lose it.
float join(float a, float b) {
    if (KIND == kReduceSum) {
        return a + b;
    }
    if (is_nan(a) || is_nan(b)) {
        return kNan;
    }
    return KIND == kReduceMax ? max(a, b) : min(a, b);
}

float neutral() { return KIND == kReduceSum ? 0.0 : KIND == kReduceMax ? -kInfinity : kInfinity; }
