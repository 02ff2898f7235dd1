/**
 * Functions of PostgreSQL 18 that are immutable or stable, as pg_proc says. A DEFAULT that calls nothing else is
 * computed once for all rows (https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES).
 * Input and output functions and the insides of operators and indexes are left out: nobody calls them by name.
 */
const NOT_VOLATILE = new Set(
  `
abbrev abs acldefault aclexplode acos acosd acosh age area array_dims array_fill array_larger
array_length array_lower array_ndims array_position array_positions array_remove array_replace
array_reverse array_smaller array_sort array_to_json array_to_string array_to_tsvector array_upper ascii
asin asind asinh atan atan2 atan2d atand atanh bit bit_count bit_length bittypmodin bool
booland_statefunc boolor_statefunc box bpchar bpchar_larger bpchar_smaller bpchartypmodin broadcast
btrim bytea bytea_larger bytea_smaller cardinality casefold cash_words cashlarger cashsmaller cbrt ceil
ceiling center char char_length character_length chr cidr circle col_description concat concat_ws
convert convert_from convert_to cos cosd cosh cot cotd crc32 crc32c current_database current_schema
current_schemas current_setting current_user database_to_xml database_to_xml_and_xmlschema
database_to_xmlschema date date_add date_bin date_larger date_part date_smaller date_subtract date_trunc
datemultirange daterange daterange_canonical daterange_subdiff decode degrees dexp diagonal diameter div
dlog1 dlog10 dround dtrunc encode enum_first enum_larger enum_last enum_range enum_smaller erf erfc exp
extract factorial family float4 float4larger float4smaller float8 float8larger float8smaller floor
format format_type gamma gcd generate_series generate_subscripts get_bit get_byte get_current_ts_config
getdatabaseencoding getpgusername has_table_privilege height host hostmask icu_unicode_version
inet_client_addr inet_client_port inet_server_addr inet_server_port initcap int2 int2int4_sum int2larger
int2smaller int4 int4inc int4larger int4multirange int4range int4range_canonical int4range_subdiff
int4smaller int8 int8dec int8dec_any int8inc int8inc_any int8inc_float8_float8 int8larger int8multirange
int8range int8range_canonical int8range_subdiff int8smaller interval intervaltypmodin is_normalized
isclosed isempty isfinite ishorizontal isopen isparallel isperp isvertical json_array_elements
json_array_elements_text json_array_length json_build_array json_build_object json_each json_each_text
json_object json_object_keys json_populate_record json_populate_recordset json_strip_nulls
json_to_record json_to_recordset json_to_tsvector json_typeof jsonb_array_elements
jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each
jsonb_each_text jsonb_insert jsonb_object jsonb_object_keys jsonb_path_exists jsonb_path_exists_tz
jsonb_path_match jsonb_path_match_tz jsonb_path_query jsonb_path_query_array jsonb_path_query_array_tz
jsonb_path_query_first jsonb_path_query_first_tz jsonb_path_query_tz jsonb_populate_record
jsonb_populate_record_valid jsonb_populate_recordset jsonb_pretty jsonb_set jsonb_set_lax
jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_to_tsvector jsonb_typeof justify_days
justify_hours justify_interval lcm left length lgamma like like_escape line ln log log10 lower lower_inc
lower_inf lpad lseg ltrim macaddr macaddr8 macaddr8_set7bit make_date make_interval make_time
make_timestamp make_timestamptz makeaclitem masklen md5 min_scale mod money multirange mxid_age name
nameconcatoid netmask network network_larger network_smaller normalize notlike now npoints num_nonnulls
num_nulls numeric numerictypmodin nummultirange numnode numrange numrange_subdiff obj_description
octet_length oid oidlarger oidsmaller oidvectortypes overlaps overlay parse_ident path pclose
pg_backend_pid pg_client_encoding pg_column_size pg_current_xact_id pg_get_userbyid
pg_postmaster_start_time pg_typeof phraseto_tsquery pi plainto_tsquery point polygon popen position pow
power querytree quote_ident quote_literal quote_nullable radians radius range_merge record_larger
record_smaller regclass regexp_count regexp_instr regexp_like regexp_match regexp_matches regexp_replace
regexp_split_to_array regexp_split_to_table regexp_substr repeat replace reverse right round
row_security_active row_to_json rpad rtrim scale schema_to_xml schema_to_xml_and_xmlschema
schema_to_xmlschema session_user set_bit set_byte set_masklen setweight sha224 sha256 sha384 sha512
shobj_description sign similar_escape similar_to_escape sin sind sinh slope split_part sqrt
statement_timestamp string_to_array string_to_table strip strpos substr substring system_user
table_to_xml table_to_xml_and_xmlschema table_to_xmlschema tan tand tanh text text_larger text_smaller
textlen tidlarger tidsmaller time time_larger time_smaller timestamp timestamp_larger timestamp_smaller
timestamptypmodin timestamptz timestamptz_larger timestamptz_smaller timestamptztypmodin timetypmodin
timetz timetz_larger timetz_smaller timetztypmodin timezone to_ascii to_bin to_char to_date to_hex
to_json to_jsonb to_number to_oct to_regclass to_regcollation to_regnamespace to_regoper to_regoperator
to_regproc to_regprocedure to_regrole to_regtype to_regtypemod to_timestamp to_tsquery to_tsvector
transaction_timestamp translate trim_array trim_scale trunc tsmultirange tsquery_phrase tsrange
tsrange_subdiff tstzmultirange tstzrange tstzrange_subdiff tsvector_to_array txid_current
txid_current_if_assigned txid_current_snapshot txid_snapshot_xip txid_snapshot_xmax txid_snapshot_xmin
txid_visible_in_snapshot unicode_assigned unicode_version unistr unnest upper upper_inc upper_inf
uuid_extract_timestamp uuid_extract_version varbit varbittypmodin varchar varchartypmodin version
websearch_to_tsquery width width_bucket xid xid8_larger xid8_smaller xml xml_is_well_formed
xml_is_well_formed_content xml_is_well_formed_document xmlcomment xmlconcat2 xmlexists xmltext
xmlvalidate xpath xpath_exists
`
    .trim()
    .split(/\s+/),
);

/** Whether one of PostgreSQL's own functions is known to give one value for a whole statement. */
export function isSteadyBuiltin(name: string): boolean {
  return NOT_VOLATILE.has(name);
}
