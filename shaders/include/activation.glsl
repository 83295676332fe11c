// Activations in f32, by the codes of enum Activation. Large arguments saturate instead of overflowing on the way.
#ifndef HEED_ACTIVATION
#define HEED_ACTIVATION

float sigmoid(float x) { return 1.0 / (1.0 + exp(min(-x, 88.0))); }

// x * Phi(x) through erfcx(z) = exp(z * z) * erfc(z), a polynomial in t = 1 / (1 + 0.45 z) fitted on 0 <= z <= 10 (relative error 3e-7).
float gelu(float x) {
    const float z = min(abs(x), 14.0) * 0.70710678;
    const float t = 1.0 / (1.0 + 0.45 * z);
    float erfcx = 0.0668584555;
    erfcx = erfcx * t - 0.240205199;
    erfcx = erfcx * t + 0.208678216;
    erfcx = erfcx * t + 0.0404816456;
    erfcx = erfcx * t + 0.188532442;
    erfcx = erfcx * t + 0.228114933;
    erfcx = erfcx * t + 0.253630549;
    erfcx = erfcx * t + 0.25390929;
    return max(x, 0.0) - 0.70710678 * z * t * erfcx * exp(-z * z);
}

float activate(float x, uint activation) {
    float y = x;
    switch (activation) {
        case kActivationRelu: y = max(x, 0.0); break;
        case kActivationGelu: y = gelu(x); break;
        case kActivationGeluTanh: y = x * sigmoid(1.5957691 * (x + 0.044715 * x * x * x)); break;  // (1 + tanh u) / 2 = sigmoid(2 u)
        case kActivationSilu: y = x * sigmoid(x); break;
        case kActivationTanh: y = 2.0 * sigmoid(2.0 * x) - 1.0; break;
        case kActivationSigmoid: y = sigmoid(x); break;
        case kActivationExp: y = exp(x); break;
    }
    return is_nan(x) ? x : y;  // min and max may lose it
}

vec4 activate(vec4 x, uint activation) {
    return vec4(activate(x.x, activation), activate(x.y, activation), activate(x.z, activation), activate(x.w, activation));
}

#endif
