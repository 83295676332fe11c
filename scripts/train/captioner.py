"""Show, Attend and Tell (Xu et al., 2015) in PyTorch: a small convolutional encoder, an LSTM that looks at one place or at a mixture of
them before each word. Parameters are named as heed reads them."""
import torch
import torch.nn as nn
import torch.nn.functional as F

PAD, UNKNOWN, START, END = range(4)
SPECIAL = ["<pad>", "<unk>", "<s>", "</s>"]


class Encoder(nn.Module):
    """[N,3,S,S] -> [N,L,C]. The first convolution steps by two, between the others there is a max pool; each place adds its own vector."""

    def __init__(self, channels, places):
        super().__init__()
        pairs = list(zip([3] + channels, channels))
        self.conv = nn.ModuleList(nn.Conv2d(i, o, 5 if n == 0 else 3, stride=2 if n == 0 else 1, padding=2 if n == 0 else 1)
                                  for n, (i, o) in enumerate(pairs))
        self.positions = nn.Embedding(places, channels[-1])
        self.to(memory_format=torch.channels_last)

    def forward(self, x):
        for n, conv in enumerate(self.conv):
            x = F.relu(conv(x if n < 2 else F.max_pool2d(x, 2)))
        return x.flatten(2).transpose(1, 2).float() + self.positions.weight


class Captioner(nn.Module):
    def __init__(self, vocabulary, channels, image_size, embedding, hidden, attention):
        super().__init__()
        self.config = {"model_type": "heed_caption", "image_size": image_size, "channels": channels, "embedding": embedding,
                       "hidden": hidden, "attention_size": attention, "attention": "soft", "vocab_size": vocabulary}
        c = channels[-1]
        self.encoder = Encoder(channels, (image_size >> len(channels) - 1) ** 2)
        self.initial = nn.ModuleDict({"hidden": nn.Linear(c, hidden), "cell": nn.Linear(c, hidden)})
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.attention = nn.ModuleDict({"query": nn.Linear(hidden, attention, bias=False), "key": nn.Linear(c, attention, bias=False),
                                        "energy": nn.Linear(attention, 1, bias=False)})
        self.gate = nn.Linear(hidden, 1)
        self.decoder = nn.LSTM(embedding + c, hidden, batch_first=True)
        self.output = nn.Linear(embedding, vocabulary)
        self.output.hidden = nn.Linear(hidden, embedding, bias=False)
        self.output.context = nn.Linear(c, embedding, bias=False)

    def begin(self, pictures):
        """pictures [N,3,S,S], 0 to 1 -> what the places are, their keys, and the first state."""
        with torch.autocast("cpu", torch.bfloat16, enabled=self.training):  # twice as fast
            a = self.encoder((pictures * 2 - 1).contiguous(memory_format=torch.channels_last))
        mean = a.mean(1)
        return a, self.attention["key"](a), (torch.tanh(self.initial["hidden"](mean)), torch.tanh(self.initial["cell"](mean)))

    def look(self, keys, h):
        """The logarithms of the shares of the places [N,L]."""
        energies = self.attention["energy"](torch.tanh(keys + self.attention["query"](h)[:, None]))[..., 0]
        return energies.log_softmax(-1)

    def step(self, a, shares, y, state):
        """Reads a word's embedding, having looked there: what was seen, and the state after it."""
        z = torch.sigmoid(self.gate(state[0])) * torch.bmm(shares[:, None], a)[:, 0]
        d = self.decoder
        return z, torch.lstm_cell(torch.cat([y, z], 1), state, d.weight_ih_l0, d.weight_hh_l0, d.bias_ih_l0, d.bias_hh_l0)

    def say(self, y, h, z):
        return self.output(y + self.output.hidden(h) + self.output.context(z))

    def read(self, begun, targets, choose):
        """Logits [N,T,V] of the targets [N,T], each after those before it, and the logarithms of the shares [N,T,L]; choose(logarithms)
        gives what is looked at."""
        a, keys, state = begun
        y = self.embedding(torch.cat([torch.full((len(a), 1), START), targets[:, :-1]], 1))
        states, seen, looks = [], [], []
        for t in range(targets.shape[1]):
            looks.append(self.look(keys, state[0]))
            z, state = self.step(a, choose(looks[-1]), y[:, t], state)
            states.append(state[0])
            seen.append(z)
        return self.say(y, torch.stack(states, 1), torch.stack(seen, 1)), torch.stack(looks, 1)

    def greedy(self, pictures, hard, longest=20):
        """Words [N,T] and where the model looked for each [N,T,L]."""
        a, keys, state = self.begin(pictures)
        words, looks, last = [], [], torch.full((len(a),), START)
        for _ in range(longest):
            shares = self.look(keys, state[0]).exp()
            if hard:
                shares = F.one_hot(shares.argmax(-1), shares.shape[1]).float()
            y = self.embedding(last)
            z, state = self.step(a, shares, y, state)
            last = self.say(y, state[0], z).argmax(-1)
            words.append(last)
            looks.append(shares)
        return torch.stack(words, 1), torch.stack(looks, 1)


def targets_of(words):
    """Word numbers [N,T], -1 behind the end -> [N,T+1] with END and PAD."""
    out = F.pad(torch.where(words < 0, torch.tensor(PAD), words + len(SPECIAL)), (0, 1), value=PAD)
    ends = (words >= 0).sum(1)
    out[torch.arange(len(out)), ends] = END
    return out


class PlaceTeller(nn.Module):
    """What lies at each place, from what the encoder made of it: colour, shape, size. Stands in for the paper's encoder, which had learned
    to classify photos before; it is not kept."""

    def __init__(self, channels, counts):
        super().__init__()
        self.counts = counts
        self.linear = nn.Linear(channels, sum(counts))

    def loss(self, a, labels):
        """a [N,L,C], labels [N,L,len(counts)]"""
        parts = self.linear(a).split(self.counts, -1)
        rare = [torch.cat([torch.full((1,), 0.2), torch.ones(count - 1)]) for count in self.counts]  # most places are ground
        return sum(F.cross_entropy(part.flatten(0, 1), labels[..., i].flatten(), weight) for i, (part, weight) in
                   enumerate(zip(parts, rare)))


def soft_loss(model, begun, targets, evenly):
    """The mean over words of -log p, with the doubly stochastic regulariser; the second thing given is without it."""
    logits, looks = model.read(begun, targets, torch.exp)
    plain = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=PAD)
    seen = (looks.exp() * (targets != PAD)[..., None]).sum(1)
    return plain + evenly * ((1 - seen) ** 2).mean(), plain.detach()


def hard_loss(model, begun, targets, baseline, options):
    """One place a word, drawn from the shares; for one scene in two, as in the paper, their mixture. The shares learn by REINFORCE: what
    a draw earns is the log-likelihood of the caption from that word on, less its moving mean at that word; and by their entropy."""
    mixture, places = torch.rand(len(targets), 1) < options.mixture, []

    def choose(look):
        shares = look.exp()
        places.append(torch.multinomial(shares.detach(), 1))
        return torch.where(mixture, shares, torch.zeros_like(shares).scatter_(1, places[-1], 1.0))

    logits, looks = model.read(begun, targets, choose)
    real = (targets != PAD).float()
    gains = -F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=PAD, reduction="none").view_as(real)
    earned = gains.detach().flip(1).cumsum(1).flip(1)
    mean = (earned * real).sum(0) / real.sum(0).clamp(min=1)
    baseline[:len(mean)].mul_(0.9).add_(0.1 * mean)
    drawn = looks.gather(2, torch.stack(places, 1))[..., 0] * ~mixture * real
    pull, entropy = ((earned - baseline[:len(mean)]) * drawn).sum(), -((looks.exp() * looks).sum(-1) * real).sum()
    plain = -gains.sum() / real.sum()
    return plain - (options.reward * pull + options.entropy * entropy) / real.sum(), plain.detach()
