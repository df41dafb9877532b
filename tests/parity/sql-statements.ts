import fc from 'fast-check'
import { quotedName, textConstant, value } from './sql-literals.ts'

/** A piece of SQL text. */
type Sql = fc.Arbitrary<string>

/** The table that the statements read. */
export const samplesTable = `
  create table samples (id int primary key, n numeric(12, 3), f float8, word text, at timestamptz, span interval,
    tags text[], doc jsonb, raw bytea);
  insert into samples select i, i * 1.375, 1 / (i::float8 * 3),
    case i % 4 when 0 then null when 1 then '' else 'w "' || i || E'"\\nx,y' end,
    timestamptz '2024-03-30 22:30+01' + i * interval '7 h 13 min', i * interval '1 day 1.5 s' - interval '3 mon',
    array['t' || i, null, 'ü,"'], jsonb_build_object('id', i, 'tag' || i % 3, null), sha256(i::text::bytea)
  from generate_series(1, 40) i;
  analyze samples;
  grant select on samples to public`

const small = fc.integer({ min: 1, max: 8 })
const condition = fc.oneof(
  small.map((n) => `id % 8 < ${n}`),
  small.map((n) => `doc ? 'tag${n % 3}'`),
  fc.constantFrom(
    "doc ?| array['tag0', 'x']",
    "doc ?& array['id', 'tag1']",
    `doc @? '$.id ? (@ > 30)'`,
    `doc @@ '$.id < 9'`,
  ),
  fc.constantFrom(
    'word is null',
    "word = ''",
    "word ~ '^w \\S+'",
    "at >= '2024-04-01'",
    "span < '0'",
    'false',
    "word <> '--;'",
  ),
)
const column = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('id', 'n', 'f', 'word', 'at', 'span', 'tags', 'doc', 'raw', 'samples') },
  fc.constantFrom(
    'tags[1]',
    'tags[1:2]',
    'tags[2:]',
    'tags[:1]',
    'tags[1:id]',
    '(tags)[id:3]',
    "doc->'id'",
    "doc->>'tag1'",
  ),
  fc.constantFrom(
    'f::numeric(6,5)',
    'n::int::text',
    "at at time zone 'Asia/Tokyo'",
    'extract(epoch from at)',
    "doc #>> '{id}'",
  ),
  fc.constantFrom(
    'lag(n) over w',
    'rank() over (order by f desc)',
    'sum(n) over (order by id rows 2 preceding)',
    'ntile(3) over w',
  ),
  fc.constantFrom(
    "case when word is null then 'none' else word end",
    "coalesce(word, '')",
    "n > 5 and doc ? 'tag1'",
    '- -n',
  ),
)

const values = fc.array(fc.tuple(value, quotedName), { minLength: 1, maxLength: 5 })
const ofValues = values.map((all) => `select ${all.map(([sql, name]) => `${sql} as ${name}`).join(',\n  ')}`)
const ofSamples = fc
  .tuple(fc.array(column, { minLength: 1, maxLength: 5 }), condition)
  .map(
    ([columns, where]) =>
      `select ${columns.join(', ')}\nfrom samples where ${where}\nwindow w as (order by id) order by id`,
  )
const ofRows = fc
  .array(fc.tuple(textConstant, fc.integer()), { minLength: 1, maxLength: 4 })
  .map((rows) => `values ${rows.map(([text, n]) => `(${text}, ${n}, null)`).join(', ')}`)
const ofCte = fc.tuple(small, condition, value).map(
  ([n, where, extra]) => `with recursive up(n) as (values (1) union all select n + 1 from up where n < ${n}),
  /* of samples; */ picked as materialized (select * from samples where ${where})
select up.n, count(picked.id), max(at) filter (where f > 0.01), string_agg(word, ';' order by id), ${extra}
from up left join picked on picked.id % 8 = up.n group by up.n order by up.n desc`,
)
const ofSeries = fc.oneof(
  small.map((n) => `select i, i / 3.0 as third, repeat('"', i) from generate_series(1, ${n}) as g(i)`),
  small.map(
    (n) => `select * from generate_series(timestamptz '2024-10-27', '2024-10-28', '${n} hours') with ordinality`,
  ),
  small.map((n) => `select unnest(tags), id from samples where id <= ${n} order by id, 1 nulls first`),
  small.map((n) => `select * from jsonb_each((select doc from samples where id = ${n})) order by key`),
)
const ofSets = fc
  .tuple(small, fc.constantFrom('union all', 'union', 'except', 'intersect'))
  .map(
    ([n, set]) =>
      `(select id, word from samples where id < 9)\n${set}\n(select id, word from samples where id < ${n})\norder by 1`,
  )
const ofWholes = fc.constantFrom(
  'table samples order by id',
  'TABLE samples order by id limit 3 offset 2',
  '(((select id from samples order by id fetch first 2 rows only)))',
  'select grouping(id % 2), id % 2, sum(n) from samples group by rollup (id % 2) order by 1, 2',
  'select s.id, l.* from samples s, lateral (select s.f * 2 as twice, array_agg(x) from generate_series(1, s.id % 3) x) l order by 1',
  'select percentile_disc(0.5) within group (order by n), mode() within group (order by id % 3) from samples',
  'select 1 as same, 2 as same, 3',
  'select json_agg(row(id, word)) from samples where id < 4',
  "SELECT 'a'\n'b' WHERE false",
)
const ofCuriosities = fc.constantFrom(
  'select 1 as a$b$c, 2 as "a$b$c d"',
  "select make_date(year := 2024, month => 2, day := 29) :: text, 'x' :: text, 1.e2, .5, 2::int",
  'select U&"d!0061t!+000061" uescape \'!\' from (select 1 as data) d',
  'select /*/* */*/ 1 /* - */ - -- two\n - 1, 3 <=-1, 2*-1, @ -5, 4 <>-3',
  'select (array[[1,2],[3,4]])[1:1][2:], (array[1,2,3])[:2], (array[1,2,3])[2 : 3]',
  "select $1$ $2$ || 'a' from (values (1)) v where false or $2$ $1$ is null".replaceAll(/\$[12]\$/g, '$t$'),
  'values (3), (1), (null) order by 1 desc nulls last limit 2',
  'table only samples order by id offset 38',
  "select n'national', b'1', x'1F', 'a'::bpchar || 'b', e'\\'', 'x' like '\\x'",
  "select * from xmltable('/r/c' passing '<r><c>1</c><c/></r>' columns v text path '.')",
  "select json_object('k': 1, 'n': null), json_array(1, null null on null), json_object('a' value 2)",
  'select id from samples tablesample system (100) repeatable (1) where id < 3 order by id',
  "select 'begin' as begin, 'end' as end, 1 as select, 2 as from, 3 as copy, 4 as to",
  "select * from (select 1) as stdout (\"x:y\"), lateral (values (':a', '::b')) as v",
  'with t as (table samples) table t order by id limit 1',
  'with explain as (select 1 as show) select show from explain',
  'explain (costs off) (select 1)',
  'explain (analyze, costs off, timing off, summary off, buffers off) select id from samples where id < 3',
)
const ofSettings = fc.constantFrom(
  'show timezone',
  'SHOW DateStyle',
  'show intervalstyle',
  'SHOW server_version',
  'show bytea_output',
  'show extra_float_digits',
  'show transaction isolation level',
)
const reading = fc.oneof(ofValues, ofValues, ofSamples, ofSamples, ofRows, ofCte, ofSeries, ofSets, ofWholes)
const ofPlans = fc
  .tuple(
    fc.constantFrom('(costs off)', '(costs off, verbose)', '(costs off, format json)', '(format yaml, costs off)'),
    reading,
  )
  .map(([options, sql]) => `explain ${options} ${sql}`)

const before = fc.constantFrom(
  '',
  '',
  '-- a plain comment; with "quotes\' and $$\n',
  '/* of; /* nested; */ two\n-- name: no_query\nlines */ ',
  '\n\n  ',
  '--\n',
)
const behind = fc.constantFrom(
  ';',
  ';',
  '\n;',
  ' -- the end; \' "\n;',
  ' /* ; */ ;',
  ';  -- said',
  ';\n/* at the end; */',
)

// Not among them: a SELECT without columns, whose rows CSV cannot tell from rows of one NULL.

/** One statement as it stands in a file: with comments around it and its semicolon. */
export const statement: Sql = fc
  .tuple(
    before,
    fc.oneof({ weight: 12, arbitrary: reading }, { weight: 2, arbitrary: ofPlans }, ofSettings, ofCuriosities),
    behind,
  )
  .map((parts) => parts.join(''))
