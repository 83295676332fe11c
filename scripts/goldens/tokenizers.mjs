#!/usr/bin/env node
// What Hugging Face's own library (tokenizers 0.22.2, through its Node package @anush008/tokenizers 0.6.0, installed where Node looks
// for packages) makes of the texts in tests/golden/tokenizers/texts.json: the other .json there. Each holds the files of a tokenizer and,
// for every text, ids, what they are decoded to where that is another text, and for some offsets in bytes and a pair with another text. tokenizers.py writes the vocabularies that they are made with.
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
    const answer = { ids: one.getIds() }
    const decoded = await tokenizer.decode(one.getIds(), true)
    if (decoded !== text) answer.decoded = decoded
    if (i % 2 === 0) answer.offsets = inBytes([text], one).flat()
    if (i % 12 === 2) {
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

// ---- tokenizer.json: the sections that published files have. What vocabularies and tables there are is in files of their own.
const shared = (name) => JSON.parse(readFileSync(join(golden, name + '.json'), 'utf8'))
const base = { version: '1.0', truncation: null, padding: null, added_tokens: [], normalizer: null, pre_tokenizer: null,
  post_processor: null, decoder: null }
const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true }
const bpe = { type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false,
  byte_fallback: false, ignore_merges: false }
const usual = [special('<s>', 0), special('<pad>', 1), special('</s>', 2), special('<unk>', 3)]
const template = (single, pair, ids) => {
  const parts = (text) => text.split(' ').map((part) => {
    const [id, type] = part.split(':')
    return ['A', 'B'].includes(id) ? { Sequence: { id, type_id: +type } } : { SpecialToken: { id, type_id: +type } }
  })
  return { type: 'TemplateProcessing', single: parts(single), pair: parts(pair),
    special_tokens: Object.fromEntries(Object.entries(ids).map(([id, number]) => [id, { id, ids: [number], tokens: [id] }])) }
}
const split = (Regex, behavior = 'Isolated', invert = false) => ({ type: 'Split', pattern: { Regex }, behavior, invert })
const metaspace = (more = {}) => ({ type: 'Metaspace', replacement: '\u2581', prepend_scheme: 'always', split: true, ...more })
const sequence = (key, ...steps) => ({ type: 'Sequence', [key]: steps })
const precompiled = { type: 'Precompiled', precompiled_charsmap: shared('unigram').charsmap }
const replace = (pattern, content) => ({ type: 'Replace', pattern, content })
const unigramSpecial = [special('<unk>', 0), special('<s>', 1), special('</s>', 2), special('<mask>', 3, { lstrip: true })]
const unigramVocab = { type: 'Unigram', unk_id: 0, byte_fallback: false }
const ends = template('<s>:0 A:0 </s>:0', '<s>:0 A:0 </s>:0 </s>:0 B:0 </s>:0', { '<s>': 1, '</s>': 2 })

const size = (name) => Object.keys(shared(name).vocab).length

const published = {
  gpt2: ['byte_pair', { pre_tokenizer: byteLevel, post_processor: byteLevel, decoder: byteLevel, model: bpe }],
  roberta: ['byte_pair', { added_tokens: [...usual, special('<mask>', size('byte_pair'), { lstrip: true })], pre_tokenizer: { ...byteLevel, add_prefix_space: true },
    post_processor: { type: 'RobertaProcessing', sep: ['</s>', 2], cls: ['<s>', 0], trim_offsets: true, add_prefix_space: true },
    decoder: byteLevel, model: { ...bpe, unk_token: '<unk>' } }],
  llama3: ['byte_pair', { added_tokens: usual, normalizer: { type: 'NFC' },
    pre_tokenizer: sequence('pretokenizers', split("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
      { ...byteLevel, use_regex: false }),
    post_processor: sequence('processors', byteLevel, template('<s>:0 A:0', '<s>:0 A:0 <s>:1 B:1', { '<s>': 0 })),
    decoder: byteLevel, model: { ...bpe, ignore_merges: true } }],
  o200k: ['byte_pair', { normalizer: { type: 'NFKD' }, added_tokens: [special('newtoken', size('byte_pair'), { special: false, single_word: true, normalized: true })],
    pre_tokenizer: sequence('pretokenizers', split("[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
      { ...byteLevel, use_regex: false }), decoder: byteLevel, model: bpe }],
  llama: ['fallback_pair', { added_tokens: usual,
    normalizer: sequence('normalizers', { type: 'Prepend', prepend: '\u2581' }, replace({ String: ' ' }, '\u2581')),
    post_processor: template('<s>:0 A:0', '<s>:0 A:0 <s>:1 B:1', { '<s>': 0 }),
    decoder: sequence('decoders', replace({ String: '\u2581' }, ' '), { type: 'ByteFallback' }, { type: 'Fuse' },
      { type: 'Strip', content: ' ', start: 1, stop: 0 }),
    model: { ...bpe, unk_token: '<unk>', fuse_unk: true, byte_fallback: true } }],
  mistral: ['fallback_pair', { added_tokens: usual, pre_tokenizer: metaspace({ prepend_scheme: 'first', split: false }),
    decoder: sequence('decoders', { type: 'ByteFallback' }, metaspace({ prepend_scheme: 'first', split: false })),
    model: { ...bpe, unk_token: '<unk>', byte_fallback: true } }],
  clip: ['ended_pair', { normalizer: sequence('normalizers', { type: 'NFC' }, replace({ Regex: '\\s+' }, ' '), { type: 'Lowercase' }),
    added_tokens: [special('<unk>', 0, { rstrip: true })],
    pre_tokenizer: sequence('pretokenizers', split("'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+", 'Removed', true)),
    decoder: { type: 'BPEDecoder', suffix: '</w>' }, model: { ...bpe, unk_token: '<unk>', end_of_word_suffix: '</w>' } }],
  xlm_r: ['unigram', { added_tokens: unigramSpecial, normalizer: sequence('normalizers', precompiled, replace({ Regex: ' {2,}' }, ' ')),
    pre_tokenizer: metaspace(), post_processor: ends, decoder: metaspace(), model: unigramVocab }],
  t5: ['unigram', { added_tokens: unigramSpecial, normalizer: precompiled,
    pre_tokenizer: sequence('pretokenizers', { type: 'WhitespaceSplit' }, metaspace()),
    post_processor: template('A:0 </s>:0', 'A:0 </s>:0 B:0 </s>:0', { '</s>': 2 }), decoder: metaspace(), model: unigramVocab }],
  albert: ['unigram', { normalizer: sequence('normalizers', replace({ String: '``' }, '"'), { type: 'Nmt' }, { type: 'NFKD' },
      { type: 'StripAccents' }, { type: 'Lowercase' }, { type: 'Strip', strip_left: true, strip_right: true }),
    pre_tokenizer: sequence('pretokenizers', { type: 'Digits', individual_digits: true }, { type: 'Punctuation', behavior: 'MergedWithPrevious' },
      metaspace({ prepend_scheme: 'first' })), decoder: metaspace({ prepend_scheme: 'never' }), model: unigramVocab }],
  words: ['word_level', { normalizer: { type: 'NFKC' }, added_tokens: [special('[UNK]', 2), special('newtoken', size('word_level'), { special: false, lstrip: true })],
    pre_tokenizer: sequence('pretokenizers', { type: 'Whitespace' }, { type: 'Digits', individual_digits: false }),
    model: { type: 'WordLevel', unk_token: '[UNK]' } }],
}
for (const [name, [file, sections]] of Object.entries(published)) {
  const { charsmap, ...parts } = shared(file)
  const cases = await answers({ ...base, ...sections, model: { ...sections.model, ...parts } })
  const text = JSON.stringify({ ...base, ...sections }).replaceAll(JSON.stringify(precompiled), '{"type":"Precompiled"}')
  write('json_' + name, { files: { 'tokenizer.json': JSON.parse(text) }, shared: file + '.json', cases })
}
