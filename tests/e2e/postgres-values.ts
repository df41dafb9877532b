/** A value of PostgreSQL and what becomes of it in each format. What is not said is the text that CSV has. */
export interface PostgresValue {
  readonly sql: string
  readonly csv: string
  /** As JSON writes it. */
  readonly json?: string
  /** As a reader of Excel's files gives it. */
  readonly xlsx?: string | number | boolean | Date
  /** DuckDB's name of the type, VARCHAR if not said, and its text of the value; null: refused. */
  readonly parquet?: readonly [type: string, text: string] | null
}

const beyond15Digits = '1234567890123456'

/** A value of every type that PostgreSQL has, and those at the edge. Text looks like text in all formats. */
export const postgresValues: readonly PostgresValue[] = [
  { sql: 'true', csv: 't', json: 'true', xlsx: true, parquet: ['BOOLEAN', 'true'] },
  { sql: 'false', csv: 'f', json: 'false', xlsx: false, parquet: ['BOOLEAN', 'false'] },
  number('(-32768)::int2', '-32768', 'SMALLINT'),
  number('(-2147483648)::int4', '-2147483648', 'INTEGER'),
  exact('999999999999999::int8', '999999999999999', 'BIGINT'),
  exact('9223372036854775807::int8', '9223372036854775807', 'BIGINT'),
  exact('9000000000000000000::int8', '9000000000000000000', 'BIGINT'),
  exact('4294967295::oid', '4294967295', 'BIGINT'),

  exact('1.50::numeric(6,2)', '1.50', 'DECIMAL(6,2)'),
  exact('(-1234567890123.45)::numeric(15,2)', '-1234567890123.45', 'DECIMAL(15,2)'),
  exact(
    '(-12345678901234567890123456789012345.678)::numeric(38,3)',
    '-12345678901234567890123456789012345.678',
    'DECIMAL(38,3)',
  ),
  exact('0.0000::numeric(6,4)', '0.0000', 'DECIMAL(6,4)'),
  exact('7::numeric(38,0)', '7', 'DECIMAL(38,0)'),
  { ...exact('1.50::numeric', '1.50'), parquet: ['VARCHAR', '1.50'] },
  exact(`${beyond15Digits}::numeric`, beyond15Digits),
  exact('(10::numeric ^ 400)::numeric(500,0)', `1${'0'.repeat(400)}`),
  exact('12345::numeric(3,-2)', '12300'),
  { sql: "'NaN'::numeric", csv: 'NaN' },
  { sql: "'-Infinity'::numeric", csv: '-Infinity' },
  { sql: "'NaN'::numeric(6,2)", csv: 'NaN', parquet: null },

  number('0.1::float4', '0.1', 'FLOAT'),
  number('3.4028235e38::float4', '3.4028235e+38', 'FLOAT', '3.4028235e+38'),
  number('(0.1::float8 + 0.2)', '0.30000000000000004', 'DOUBLE'),
  number('1e-300::float8', '1e-300', 'DOUBLE'),
  { ...number("'-0'::float8", '-0', 'DOUBLE', '-0.0'), xlsx: -0 },
  { ...number("'5e-324'::float8", '5e-324', 'DOUBLE', '5e-324'), xlsx: '5e-324' },
  {
    ...number("'1.7976931348623157e308'::float8", '1.7976931348623157e+308', 'DOUBLE'),
    xlsx: '1.7976931348623157e+308',
  },
  { sql: "'NaN'::float8", csv: 'NaN', parquet: ['DOUBLE', 'nan'] },
  { sql: "'Infinity'::float8", csv: 'Infinity', parquet: ['DOUBLE', 'inf'] },
  { sql: "'-Infinity'::float4", csv: '-Infinity', parquet: ['FLOAT', '-inf'] },

  { sql: "'a,\"b\"' || chr(10) || 'c'", csv: 'a,"b"\nc' },
  { sql: "'ü 😀 <&> '' ]]>'::text", csv: "ü 😀 <&> ' ]]>" },
  { sql: "'a' || chr(13) || chr(10) || 'b'", csv: 'a\r\nb' },
  { sql: 'chr(1) || chr(31) || chr(127) || chr(65534)', csv: '\u0001\u001f\u007f\ufffe' },
  { sql: "'_x0041_ _x005F_'::text", csv: '_x0041_ _x005F_' },
  { sql: "'=1+1'::text", csv: '=1+1' },
  { sql: "'  padded '::varchar(12)", csv: '  padded ' },
  { sql: "'ab'::char(4)", csv: 'ab  ' },
  { sql: "'pg_class'::name", csv: 'pg_class' },
  { sql: '\'x\'::"char"', csv: 'x' },
  { sql: "'\\x00ff41'::bytea", csv: '\\x00ff41', parquet: ['BLOB', '\\x00\\xFFA'] },
  { sql: "''::bytea", csv: '\\x', parquet: ['BLOB', ''] },

  { sql: "'2026-11-23'::date", csv: '2026-11-23', xlsx: day('2026-11-23'), parquet: ['DATE', '2026-11-23'] },
  { sql: "'1900-03-01'::date", csv: '1900-03-01', xlsx: day('1900-03-01'), parquet: ['DATE', '1900-03-01'] },
  { sql: "'1900-02-28'::date", csv: '1900-02-28', parquet: ['DATE', '1900-02-28'] },
  { sql: "'9999-12-31'::date", csv: '9999-12-31', xlsx: day('9999-12-31'), parquet: ['DATE', '9999-12-31'] },
  { sql: "'10000-01-01'::date", csv: '10000-01-01', parquet: ['DATE', '10000-01-01'] },
  { sql: "'0044-03-15 BC'::date", csv: '0044-03-15 BC', parquet: ['DATE', '0044-03-15 (BC)'] },
  { sql: "'5874897-12-31'::date", csv: '5874897-12-31', parquet: ['DATE', '5874897-12-31'] },
  { sql: "'infinity'::date", csv: 'infinity', parquet: null },
  {
    sql: "'13:14:15.5'::time",
    csv: '13:14:15.5',
    xlsx: at('1899-12-30T13:14:15.500Z'),
    parquet: ['TIME', '13:14:15.5'],
  },
  {
    sql: "'13:14:15.123456'::time(3)",
    csv: '13:14:15.123',
    xlsx: at('1899-12-30T13:14:15.123Z'),
    parquet: ['TIME', '13:14:15.123'],
  },
  { sql: "'24:00'::time", csv: '24:00:00', parquet: null },
  { sql: "'13:14:15+02'::timetz", csv: '13:14:15+02' },
  {
    sql: "'2026-11-23 13:14:15'::timestamp",
    csv: '2026-11-23 13:14:15',
    xlsx: at('2026-11-23T13:14:15Z'),
    parquet: ['TIMESTAMP', '2026-11-23 13:14:15'],
  },
  {
    sql: "'1969-12-31 23:59:59.999999'::timestamp(6)",
    csv: '1969-12-31 23:59:59.999999',
    xlsx: at('1969-12-31T23:59:59.999Z'),
    parquet: ['TIMESTAMP', '1969-12-31 23:59:59.999999'],
  },
  {
    sql: "'2026-11-23 14:14:15.123+01'::timestamptz",
    csv: '2026-11-23 13:14:15.123+00',
    xlsx: at('2026-11-23T13:14:15.123Z'),
    parquet: ['TIMESTAMP WITH TIME ZONE', '2026-11-23 13:14:15.123+00'],
  },
  {
    sql: "'0044-03-15 12:00:00+00 BC'::timestamptz",
    csv: '0044-03-15 12:00:00+00 BC',
    parquet: ['TIMESTAMP WITH TIME ZONE', '0044-03-15 (BC) 12:00:00+00'],
  },
  { sql: "'294276-12-31 23:59:59'::timestamp", csv: '294276-12-31 23:59:59', parquet: null },
  { sql: "'-infinity'::timestamptz", csv: '-infinity', parquet: null },
  { sql: "'1 year 2 mons 3 days 04:05:06.5'::interval", csv: '1 year 2 mons 3 days 04:05:06.5' },

  {
    sql: "'3B241101-e2bb-4255-8caf-4136c566a962'::uuid",
    csv: '3b241101-e2bb-4255-8caf-4136c566a962',
    parquet: ['UUID', '3b241101-e2bb-4255-8caf-4136c566a962'],
  },
  {
    sql: `'{"a": 1.00,\n "a": 12345678901234567890}'::json`,
    csv: '{"a": 1.00,\n "a": 12345678901234567890}',
    json: '{"a": 1.00,  "a": 12345678901234567890}',
    parquet: ['JSON', '{"a": 1.00,\n "a": 12345678901234567890}'],
  },
  { sql: `'"text"'::jsonb`, csv: '"text"', json: '"text"', parquet: ['JSON', '"text"'] },
  { sql: "'null'::jsonb", csv: 'null', json: 'null', parquet: ['JSON', 'null'] },
  { sql: "'<a>&amp;</a>'::xml", csv: '<a>&amp;</a>' },
  { sql: "'10.0.0.1/8'::inet", csv: '10.0.0.1/8' },
  { sql: "'10.0.0.0/8'::cidr", csv: '10.0.0.0/8' },
  { sql: "'08:00:2b:01:02:03'::macaddr", csv: '08:00:2b:01:02:03' },
  { sql: "'08:00:2b:01:02:03:04:05'::macaddr8", csv: '08:00:2b:01:02:03:04:05' },
  { sql: '12.34::numeric::money', csv: '$12.34' },
  { sql: "B'0101'::bit(4)", csv: '0101' },
  { sql: "B'01'::varbit", csv: '01' },
  { sql: 'point(1, 2.5)', csv: '(1,2.5)' },
  { sql: "'[(0,0),(1,1)]'::lseg", csv: '[(0,0),(1,1)]' },
  { sql: "'(1,1),(0,0)'::box", csv: '(1,1),(0,0)' },
  { sql: "'((0,0),(1,1))'::polygon", csv: '((0,0),(1,1))' },
  { sql: "'<(0,0),1>'::circle", csv: '<(0,0),1>' },
  { sql: 'int4range(1, 5)', csv: '[1,5)' },
  { sql: "'{[1,3),[5,7)}'::int4multirange", csv: '{[1,3),[5,7)}' },
  { sql: 'array[1, null, 3]', csv: '{1,NULL,3}' },
  { sql: `array['a', 'b"c', '']`, csv: `{a,"b\\"c",""}` },
  { sql: "array['2026-11-23'::date]", csv: '{2026-11-23}' },
  { sql: 'array[1.5]::numeric(6,2)[]', csv: '{1.50}' },
  { sql: "'happy'::mood", csv: 'happy' },
  { ...number('5::percentage', '5', 'INTEGER') },
  { sql: "row(1, 'x y')::pair", csv: '(1,"x y")' },
  { sql: 'row(1, null)', csv: '(1,)' },
  { sql: "to_tsvector('simple', 'b a')", csv: "'a':2 'b':1" },
  { sql: "'a & b'::tsquery", csv: "'a' & 'b'" },
  { sql: "'pg_class'::regclass", csv: 'pg_class' },
  { sql: "'16/B374D848'::pg_lsn", csv: '16/B374D848' },
  { sql: "'(0,1)'::tid", csv: '(0,1)' },
  { sql: "'12'::xid", csv: '12' },
]

/** What the values need in the database. */
export const postgresTypes = `
  create type mood as enum ('sad', 'happy');
  create domain percentage as int check (value between 0 and 100);
  create type pair as (n int, note text);`

/** A number in all formats. */
function number(sql: string, text: string, parquetType: string, parquetText = text): PostgresValue {
  return { sql, csv: text, json: text, xlsx: Number(text), parquet: [parquetType, parquetText] }
}

/** A number whose digits count: a text in JSON, and in Excel when it has more than 15. */
function exact(sql: string, text: string, parquetType = 'VARCHAR'): PostgresValue {
  const digits = text.replace(/[-.]/g, '').replace(/^0+|0+$/g, '').length
  const isLarge = Math.abs(Number(text)) > 1e300
  return { sql, csv: text, xlsx: digits > 15 || isLarge ? text : Number(text), parquet: [parquetType, text] }
}

function day(text: string): Date {
  return at(`${text}T00:00:00Z`)
}

function at(text: string): Date {
  return new Date(text)
}
