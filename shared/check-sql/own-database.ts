/** Views of `sys` that tell about tables of the current database. All others tell about the server, its logins, or what others run. */
const databaseViews = words(
  "OBJECTS ALL_OBJECTS TABLES VIEWS SCHEMAS TYPES COLUMNS ALL_COLUMNS COMPUTED_COLUMNS IDENTITY_COLUMNS INDEXES INDEX_COLUMNS",
  "KEY_CONSTRAINTS CHECK_CONSTRAINTS DEFAULT_CONSTRAINTS FOREIGN_KEYS FOREIGN_KEY_COLUMNS PARTITIONS ALLOCATION_UNITS STATS",
  "TRIGGERS PROCEDURES SEQUENCES EXTENDED_PROPERTIES",
);

/** Functions that reach files, hosts or secrets, by whatever schema they are called. */
const farReaching = words(
  "OPENROWSET OPENQUERY OPENDATASOURCE OPENXML FILETABLEROOTPATH GET_FILESTREAM_TRANSACTION_CONTEXT AI_GENERATE_EMBEDDINGS",
  "FN_TRACE_GETTABLE FN_TRACE_GETINFO FN_TRACE_GETEVENTINFO FN_TRACE_GETFILTERINFO FN_GET_AUDIT_FILE FN_XE_FILE_TARGET_READ_FILE",
  "FN_GET_SQL FN_DBLOG FN_DBLOG_XTP FN_FULL_DBLOG FN_DUMP_DBLOG FN_DUMP_DBLOG_XTP FN_SERVERSHAREDDRIVES FN_VIRTUALSERVERNODES",
  "FN_VIRTUALFILESTATS LOGINPROPERTY PWDCOMPARE CERTPRIVATEKEY DECRYPTBYKEY DECRYPTBYKEYAUTOCERT DECRYPTBYKEYAUTOASYMKEY",
  "DECRYPTBYCERT DECRYPTBYASYMKEY DECRYPTBYPASSPHRASE",
);

/** Views of SQL Server 2000, which answer in every database, also without a schema and as `dbo`. */
const oldViews = words(
  "SYSLOGINS SYSXLOGINS SYSREMOTELOGINS SYSOLEDBUSERS SYSSERVERS SYSPROCESSES SYSLOCKINFO SYSLOCKS SYSCACHEOBJECTS SYSPERFINFO",
  "SYSDATABASES SYSALTFILES SYSFILES SYSDEVICES SYSCONFIGURES SYSCURCONFIGS SYSUSERS SYSMEMBERS SYSPERMISSIONS SYSPROTECTS SYSCOMMENTS",
);

/**
 * Why a check may not read this name; null when it may.
 * @param parts of the name in upper case, without quotes: `["SYS", "SQL_LOGINS"]`
 * @param isCalled a parenthesis follows
 */
export function foreignName(parts: readonly string[], isCalled: boolean): string | null {
  const name = parts.at(-1) ?? "";
  const schema = parts.at(-2) ?? "";
  const isOfServer =
    farReaching.has(name) ||
    oldViews.has(name) ||
    name.startsWith("XP_") ||
    (schema === "SYS" && !databaseViews.has(name)) ||
    (schema === "" && isCalled && name.startsWith("FN_"));
  return isOfServer
    ? `${parts.join(".")} is not taken: a check reads the tables of its database, and nothing of the server.`
    : null;
}

function words(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.join(" ").split(" "));
}
