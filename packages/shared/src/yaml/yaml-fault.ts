import type { ErrorCode } from 'yaml'

interface Said {
  readonly message: string
  readonly remedy?: string
}

const anyOther: Said = { message: 'This is not YAML.' }

// The library's own messages are not used: some repeat a part of the file, which may be a secret.
const saidOfCode: Readonly<Partial<Record<ErrorCode, Said>>> = {
  BAD_INDENT: {
    message: 'The indentation is not right here.',
    remedy: 'Give keys of one map the same indentation, in spaces, and what belongs to a key a deeper one.',
  },
  TAB_AS_INDENT: { message: 'There is a tab in the indentation.', remedy: 'Indent with spaces.' },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'A key cannot begin here, in the line of another.',
    remedy: 'Put the key into a line of its own; or if it is a text with `: ` in it, put that into quotes.',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'This is no key: it goes over more than a line.',
    remedy: 'See whether a colon is missing, in this line or the one before it.',
  },
  MISSING_CHAR: {
    message: 'A character is missing here: the end of a quote or bracket, or a colon or comma.',
  },
  BAD_SCALAR_START: {
    message: 'No value can begin with this character.',
    remedy: 'Put the value into quotes.',
  },
  BAD_DQ_ESCAPE: {
    message: 'This escape sequence is not one of YAML.',
    remedy: 'Write the text in single quotes.',
  },
  MULTIPLE_DOCS: {
    message: 'Another document begins here.',
    remedy: 'Leave one document in the file: remove the `---` lines.',
  },
  MULTIPLE_ANCHORS: { message: 'There are several anchors on one value.' },
  TAG_RESOLVE_FAILED: { message: 'Tags such as this one have no meaning here.', remedy: 'Remove the tag.' },
  NON_STRING_KEY: { message: 'This key is not a word.', remedy: 'Write a plain word, or put it into quotes.' },
  KEY_OVER_1024_CHARS: { message: 'This key has more than 1024 characters.' },
  RESOURCE_EXHAUSTION: { message: 'The file nests too deep to be read.' },
}

/** What to say of a mistake that the YAML parser found, without a word of the file. */
export function yamlFault(code: ErrorCode): Said {
  return saidOfCode[code] ?? anyOther
}
