/**
 * What SQL of scripts may consist of, in the names of PostgreSQL's own parser (its `parsenodes.h` and `primnodes.h`).
 * Everything that is not here is refused: what a future version of the parser knows, too.
 */

/** The statements that a script can send, also within one another. */
export const STATEMENTS: ReadonlySet<string> = new Set([
  "SelectStmt",
  "InsertStmt",
  "UpdateStmt",
  "DeleteStmt",
]);

/** Parts of a statement by the name of their node. */
export const NODES: ReadonlySet<string> = new Set([
  ...STATEMENTS,
  ...words(`
    A_ArrayExpr A_Const A_Expr A_Indices A_Indirection A_Star BitString BoolExpr Boolean BooleanTest CaseExpr CaseWhen
    CoalesceExpr ColumnDef ColumnRef CommonTableExpr Float FuncCall GroupingFunc GroupingSet IndexElem Integer JoinExpr List
    LockingClause MinMaxExpr MultiAssignRef NamedArgExpr NullTest ParamRef RangeFunction RangeSubselect RangeVar ResTarget
    RowExpr SQLValueFunction SetToDefault SortBy String SubLink TypeCast WindowDef`),
]);

/** Fields that hold a part without naming its node. */
export const FIELDS: ReadonlySet<string> = new Set(
  words(`
    alias boolval bsval fval infer ival join_using_alias larg onConflictClause over rarg relation returningClause sval
    typeName withClause`),
);

/** Of `current_date` and its like: none that tells of roles, schemas or the database. */
export const VALUE_FUNCTIONS = /^SVFOP_(?:CURRENT_DATE|(?:CURRENT|LOCAL)_?TIME(?:STAMP)?(?:_N)?)$/;

/** Columns that PostgreSQL adds to every table; they tell of rows that come and go, other tenants' too. */
export const SYSTEM_COLUMNS: ReadonlySet<string> = new Set(words("ctid xmin xmax cmin cmax tableoid"));

/** None that runs text as SQL, reads settings, files or catalogues, waits, locks, or makes text of any length. */
export const FUNCTIONS: ReadonlySet<string> = new Set(
  words(`
    count sum avg min max bool_and bool_or every array_agg string_agg json_agg jsonb_agg json_object_agg jsonb_object_agg
    stddev stddev_pop stddev_samp variance var_pop var_samp corr covar_pop covar_samp mode percentile_cont percentile_disc
    any_value row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
    abs ceil ceiling floor round trunc sign sqrt cbrt power exp ln log mod div random width_bucket degrees radians
    sin cos tan asin acos atan atan2 pi gcd lcm
    length char_length character_length octet_length bit_length lower upper initcap substr substring left right
    trim ltrim rtrim btrim replace translate position strpos split_part concat concat_ws reverse starts_with overlay
    similar_to_escape like_escape md5 sha224 sha256 sha384 sha512 encode decode to_hex ascii chr unicode_assigned normalize
    regexp_replace regexp_match regexp_matches regexp_split_to_array regexp_split_to_table regexp_count regexp_instr
    regexp_like regexp_substr string_to_array string_to_table
    to_char to_date to_timestamp to_number now statement_timestamp clock_timestamp transaction_timestamp date_trunc date_part
    date_bin extract age make_date make_time make_timestamp make_timestamptz make_interval timezone overlaps isfinite
    justify_days justify_hours justify_interval date_add date_subtract
    json_build_object json_build_array jsonb_build_object jsonb_build_array to_json to_jsonb row_to_json array_to_json
    json_array_length jsonb_array_length json_array_elements jsonb_array_elements json_array_elements_text
    jsonb_array_elements_text json_each jsonb_each json_each_text jsonb_each_text json_object_keys jsonb_object_keys
    json_extract_path jsonb_extract_path json_extract_path_text jsonb_extract_path_text json_typeof jsonb_typeof jsonb_set
    jsonb_set_lax jsonb_insert json_strip_nulls jsonb_strip_nulls jsonb_pretty jsonb_path_query jsonb_path_query_array
    jsonb_path_query_first jsonb_path_exists jsonb_path_match json_to_record jsonb_to_record json_to_recordset
    jsonb_to_recordset
    unnest array_length array_lower array_upper array_ndims cardinality array_append array_prepend array_cat array_remove
    array_replace array_position array_positions array_to_string generate_series generate_subscripts
    to_tsvector to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery ts_rank ts_rank_cd ts_headline setweight
    gen_random_uuid uuidv4 uuidv7 nullif coalesce greatest least num_nulls num_nonnulls`),
);

/** What values can be cast to: no type that looks names up in the catalogues, as `regclass` does. */
export const TYPES: ReadonlySet<string> = new Set(
  words(`
    bool int2 int4 int8 float4 float8 numeric text varchar bpchar char bytea uuid json jsonb jsonpath date time timetz
    timestamp timestamptz interval tsvector tsquery inet cidr int4range int8range numrange tsrange tstzrange daterange bit
    varbit`),
);

/** What to write instead, by what was refused. */
export const HINTS: Readonly<Record<string, string>> = {
  TransactionStmt: "ctx.db.transaction(async (tx) => …) begins and ends transactions",
  CopyStmt: "select the rows, or insert several with ctx.db.insert(table, rows)",
  MergeStmt: "insert … on conflict … do update does much of it",
  JsonObjectConstructor: "use json_build_object(…)",
  JsonArrayConstructor: "use json_build_array(…)",
  CollateClause: "sort in JavaScript with Intl.Collator",
  repeat: "repeat text in JavaScript",
  lpad: "pad in JavaScript, or use to_char",
  rpad: "pad in JavaScript",
  format: "use concat, or a template in JavaScript",
  nextval: "leave the column out: its default counts",
  pg_sleep: "use ctx.sleep",
  regclass: "name the table itself",
};

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
