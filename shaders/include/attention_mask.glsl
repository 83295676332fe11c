// Which keys a query row sees. Every mask but the bias is arithmetic: together they leave the keys [0, prefix) and [first, last).
struct Seen {
    uint position, prefix, first, last;
};

int dynamic_or(uint offset, uint batch, int otherwise) { return offset == kAbsent ? otherwise : max(dynamics[offset + batch], 0); }

Seen seen_by(uint batch, uint row) {
    const uint limit = min(uint(dynamic_or(p.key_lengths, batch, int(p.keys))), p.keys);
    const uint position = uint(dynamic_or(p.query_starts, batch, 0)) + row;
    Seen seen;
    seen.position = position;
    seen.prefix = min(uint(dynamic_or(p.prefix_lengths, batch, 0)), limit);
    seen.last = p.window_right < limit ? min(limit, position + p.window_right + 1u) : limit;
    seen.first = position > p.window_left ? min(position - p.window_left, seen.last) : 0u;
    return seen;
}

bool sees(Seen seen, uint key) { return key < seen.prefix || key - seen.first < seen.last - seen.first; }

// The keys that any of some neighbouring rows sees, as a run of steps: step i is key i, or key i + skip from `lead` on.
struct Steps {
    uint count, lead, skip;
};

Steps steps_of(Seen first_row, Seen last_row) {
    const uint last = max(last_row.last, last_row.prefix);
    const uint first = min(first_row.first, last);
    Steps steps;
    steps.lead = min(first_row.prefix, first);
    steps.skip = first - steps.lead;
    steps.count = last - steps.skip;
    return steps;
}

uint key_of(Steps steps, uint i) { return i < steps.lead ? i : i + steps.skip; }

// The row of k and v in which a batch finds a key.
uint owner_of(uint batch, uint key) { return OWNED ? uint(owners[batch * p.owner_keys + min(key, p.owner_keys - 1u)]) : batch; }

uint row_at(uint batch, uint key, uint batch_stride, uint row_stride) {
    return (owner_of(batch, key) * batch_stride + key * row_stride) / 4u;
}

// What is added to the score of a key.
float bias_of(uint batch, uint head, uint row, Seen seen, uint key) {
    if (BIAS == kBiasRelative) {
        const int reach = int(p.bias_row), distance = clamp(int(key) - int(seen.position), -reach, reach);
        return load(bias[p.bias_offset + head * p.bias_head + uint(distance + reach) * p.bias_column]);
    }
    return load(bias[p.bias_offset + batch * p.bias_batch + head * p.bias_head + row * p.bias_row + key * p.bias_column]);
}
