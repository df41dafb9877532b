import fc from 'fast-check'

/** A piece of SQL text. */
type Sql = fc.Arbitrary<string>

/** Text with all that could be mistaken for something else where it stands in quotes. */
const trickyText: Sql = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '--',
        '/*',
        '*/',
        ';',
        "'",
        '"',
        '\\',
        '$$',
        ':n',
        '::',
        ',',
        '?',
        '$1',
        'E',
        'NULL',
        '\\.',
        'a\tb',
      ),
      fc.constantFrom('\n', '\r\n', '\n-- name: other\n', '\n;\n', ' ', '\n-- timeout: 1ms\n', '\n\\q\n', '{}', "{'}"),
      fc.constantFrom('ü', '日本', '🙂', 'e\u0301', '\u200d', '\u00a0', '\ufeff', '\u2028', 'ﷺ', 'ß', '\u0001'),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''))

const tag = fc.constantFrom('', 'tag', '_x1', 'été')

/** A text as a constant, in every way of quoting that SQL has. */
export const textConstant: Sql = fc.oneof(
  trickyText.map((text) => `'${text.replaceAll("'", "''")}'`),
  trickyText.map((text) => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}\\t\\u00e9\\x41'`),
  trickyText.map((text) => `'first'\n  '${text.replaceAll("'", "''")}'`),
  fc.tuple(tag, trickyText).map(([name, text]) => `$${name}$${text.replaceAll('$', '')}$${name}$`),
  fc.constantFrom("''", "' '", "'NULL'", "'null'", "U&'d\\0061t\\+000061'", `U&'!0441' uescape '!'`, "'\\.'", "'\\N'"),
)

/** A column's name in quotes. */
export const quotedName: Sql = fc
  .constantFrom('plain', 'a "b', 'a,b', 'with -- dashes', 'a;b', 'ü $$', 'two\nlines', ' x ', "it's", '/* c */')
  .map((name) => `"${name.replaceAll('"', '""')}"`)

const numbers = fc.oneof(
  fc.integer().map((n) => `(${n})::int`),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => `'${n}'::bigint`),
  fc.tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.nat(40)).map(([n, s]) => `(${n}e-${s})::numeric`),
  fc.constantFrom(
    '0.10',
    '1e400::numeric',
    "'NaN'::numeric",
    "'-Infinity'::numeric",
    '1.500::numeric(10,4)',
    '0x1F',
    '1_000',
  ),
  fc.double().map((n) => `'${n}'::float8`),
  fc.float().map((n) => `'${n}'::float4`),
  fc.constantFrom(
    "'-0'::float8",
    '0.1::float8 + 0.2',
    '1e-320::float8',
    '3.4e38::float4',
    '1234.5::money',
    "'-1.005'::money",
  ),
)

const times = fc.oneof(
  fc
    .tuple(fc.integer({ min: -4712, max: 20_000 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
    .map(([year, month, day]) => `make_date(${year || 1}, ${month}, ${day})`),
  fc.constantFrom("'infinity'::date", "'-infinity'::timestamptz", "'0044-03-15 BC'::date", "'epoch'::timestamptz"),
  fc
    .tuple(fc.integer({ min: -2_000_000_000, max: 4_000_000_000 }), fc.nat(999_999))
    .map(([seconds, micros]) => `timestamptz 'epoch' + ${seconds} * interval '1 s' + ${micros} * interval '1 us'`),
  fc.integer({ min: 0, max: 86_399 }).map((n) => `time '00:00' + ${n} * interval '1 s'`),
  fc
    .tuple(
      fc.integer({ min: -500, max: 500 }),
      fc.integer({ min: -900, max: 900 }),
      fc.integer({ min: -9e9, max: 9e9 }),
    )
    .map(([months, days, micros]) => `make_interval(months => ${months}, days => ${days}, secs => ${micros} / 1e6)`),
  fc.constantFrom(
    "'04:05:06.789-08'::timetz",
    "timestamp '2024-02-29 24:00'",
    "timestamptz '2024-03-31 02:30 Europe/Berlin'",
  ),
)

const documents = fc.oneof(
  fc.json({ maxDepth: 3 }).map((text) => text.replaceAll(/\\u0000|\\ud[89a-f][0-9a-f]{2}/gi, '')),
  fc.constantFrom('{"a": [1, 2.50, null], "b": "x"}', '{ "z" : 1,  "a":2, "a": 3 }', '"-- \\" ; $$"', '1e5', 'null'),
)

const structured = fc.oneof(
  fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 4 }).map((all) => `array[${all.join(',')}]::int[]`),
  fc.array(textConstant, { maxLength: 3 }).map((all) => `array[${all.join(', ')}]::text[]`),
  fc.constantFrom('\'{NULL,"NULL","",a b}\'::text[]', "'[0:1]={1,2}'::int[]", 'array[[1,2],[3,4]]', "'{}'::date[]"),
  fc
    .tuple(documents, fc.constantFrom('json', 'jsonb'))
    .map(([text, type]) => `'${text.replaceAll("'", "''")}'::${type}`),
  fc.uint8Array({ maxLength: 12 }).map((bytes) => `'\\x${Buffer.from(bytes).toString('hex')}'::bytea`),
  fc.constantFrom(
    "row(1, 'a,b', null, '')",
    'int4range(1, 5)',
    "'{[1,3),(7,9]}'::int4multirange",
    "b'1011'",
    "'(1.5,-2)'::point",
  ),
  fc.constantFrom(
    "'10.0.0.1/8'::inet",
    "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid",
    '\'<a b="c">d,e</a>\'::text',
    '\'a\'::"char"',
    "'fat & (rat | !cat)'::tsquery",
    "to_tsvector('simple', 'a fat, cat')",
    "'ab'::char(5)",
    'true',
    'not true',
  ),
)

const nothing = fc.constantFrom('null', 'null::int', 'null::text[]', "nullif('', '')", 'null::jsonb')

/** A value of any type, as it can stand in a list of columns. */
export const value: Sql = fc.oneof(textConstant, numbers, times, structured, nothing)
