#!/usr/bin/env node
// What Hugging Face's own library (tokenizers 0.22.2, through its Node package @anush008/tokenizers 0.6.0, installed where Node looks
// for packages) makes of the texts in tests/golden/tokenizers/texts.json: the other .json there. Each holds the files of a tokenizer and,
// for every text, ids, offsets in bytes and the decoded ids. tokenizers.py writes the vocabularies that they are made with.
//
//   tokenizers.mjs [VOCAB.TXT]    with BERT's own vocabulary, writes what it makes of them too
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const { Tokenizer } = createRequire(join(process.cwd(), 'x'))('@anush008/tokenizers')
const here = dirname(fileURLToPath(import.meta.url))
const golden = join(here, '../../tests/golden/tokenizers')
const texts = JSON.parse(readFileSync(join(golden, 'texts.json'), 'utf8'))

// Offsets count code points; the bytes before each of them.
const bytesBefore = (text) => {
  const out = [0]
  for (const code of text) out.push(out.at(-1) + Buffer.byteLength(code))
  return out
}

const inBytes = (texts, encoding) => {
  const at = texts.map(bytesBefore)
  return encoding.getOffsets().map(([begin, end], i) => {
    const text = encoding.getSequenceIds()[i] ?? 0
    return [at[text][begin], at[text][end]]
  })
}

const answers = async (json, some = texts) => {
  const tokenizer = Tokenizer.fromString(JSON.stringify(json))
  const cases = []
  for (const [i, text] of some.entries()) {
    const one = await tokenizer.encode(text, null, { addSpecialTokens: true })
    const answer = { ids: one.getIds(), offsets: inBytes([text], one).flat(), decoded: await tokenizer.decode(one.getIds(), true) }
    if (i % 6 === 2) {
      const second = some[(i + 5) % some.length]
      const pair = await tokenizer.encode(text, second, { addSpecialTokens: true })
      Object.assign(answer, { pair: pair.getIds(), types: pair.getTypeIds(), special: pair.getSpecialTokensMask(),
        pair_offsets: inBytes([text, second], pair).flat() })
    }
    cases.push(answer)
  }
  return cases
}

const write = (name, value) => {
  const lines = value.cases.map((each) => JSON.stringify(each)).join(',\n')
  const rest = JSON.stringify({ ...value, cases: [] }).slice(0, -2)
  writeFileSync(join(golden, name + '.json'), `${rest}\n${lines}\n]}\n`)
}

const special = (content, id, more = {}) =>
  ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true, ...more })

// ---- BERT: vocab.txt
const bert = (lines, config) => {
  const vocab = Object.fromEntries(lines.map((line, i) => [line, i]))
  const roles = ['[UNK]', '[SEP]', '[PAD]', '[CLS]', '[MASK]']
  return {
    version: '1.0', truncation: null, padding: null,
    added_tokens: roles.map((role) => special(role, vocab[role])).sort((a, b) => a.id - b.id),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: config.tokenize_chinese_chars ?? true,
      strip_accents: config.strip_accents ?? null, lowercase: config.do_lower_case ?? true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: { type: 'BertProcessing', sep: ['[SEP]', vocab['[SEP]']], cls: ['[CLS]', vocab['[CLS]']] },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab },
  }
}
const lines = readFileSync(join(golden, 'word_piece.txt'), 'utf8').split('\n').slice(0, -1)
for (const [name, config] of Object.entries({
  uncased: {}, cased: { do_lower_case: false }, accents: { strip_accents: false, tokenize_chinese_chars: false },
})) {
  write('bert_' + name, { files: { 'tokenizer_config.json': config }, vocab: 'word_piece.txt', cases: await answers(bert(lines, config)) })
}
if (process.argv[2]) {
  const real = readFileSync(process.argv[2], 'utf8').split('\n').slice(0, -1)
  write('bert_real', { files: {}, data: 'bert-uncased-vocab/vocab.txt', cases: await answers(bert(real, {})) })
}
