/**
 * Types as the catalog procedures describe them to ODBC ("sp_datatype_info", "sp_columns"): name, ODBC 2 and 3 type, SQL Server's own number for a
 * column without and with NULL, digits or characters (NULL: as declared), bytes (NULL: as declared), scale (NULL: none or as declared), radix,
 * quotes around literals, words of its declaration.
 */
const rows = `
('bigint', -5, -5, 63, 108, 19, 8, 0, 10, NULL, NULL), ('binary', -2, -2, 45, 37, NULL, NULL, NULL, NULL, '0x', 'length'),
('bit', -7, -7, 50, 50, 1, 1, NULL, NULL, NULL, NULL), ('char', 1, 1, 47, 39, NULL, NULL, NULL, NULL, '''', 'length'),
('date', -9, 91, 0, 0, 10, 20, 0, NULL, '''', NULL), ('datetime', 11, 93, 61, 111, 23, 16, 3, NULL, '''', NULL),
('datetime2', -9, 93, 0, 0, NULL, NULL, NULL, NULL, '''', 'scale'), ('datetimeoffset', -9, -155, 0, 0, NULL, NULL, NULL, NULL, '''', 'scale'),
('decimal', 3, 3, 55, 106, NULL, NULL, NULL, 10, NULL, 'precision,scale'), ('float', 6, 6, 62, 109, 15, 8, NULL, 10, NULL, NULL),
('image', -4, -4, 34, 34, 2147483647, 2147483647, NULL, NULL, '0x', NULL), ('int', 4, 4, 56, 38, 10, 4, 0, 10, NULL, NULL),
('money', 3, 3, 60, 110, 19, 21, 4, 10, '$', NULL), ('nchar', -8, -8, 39, 39, NULL, NULL, NULL, NULL, 'N''', 'length'),
('ntext', -10, -10, 35, 35, 1073741823, 2147483646, NULL, NULL, 'N''', NULL), ('numeric', 2, 2, 63, 108, NULL, NULL, NULL, 10, NULL, 'precision,scale'),
('nvarchar', -9, -9, 39, 39, NULL, NULL, NULL, NULL, 'N''', 'max length'), ('real', 7, 7, 59, 109, 7, 4, NULL, 10, NULL, NULL),
('smalldatetime', 11, 93, 58, 111, 16, 16, 0, NULL, '''', NULL), ('smallint', 5, 5, 52, 38, 5, 2, 0, 10, NULL, NULL),
('smallmoney', 3, 3, 122, 110, 10, 12, 4, 10, '$', NULL), ('text', -1, -1, 35, 35, 2147483647, 2147483647, NULL, NULL, '''', NULL),
('time', -9, -154, 0, 0, NULL, NULL, NULL, NULL, '''', 'scale'), ('timestamp', -2, -2, 45, 37, 8, 8, NULL, NULL, '0x', NULL),
('tinyint', -6, -6, 48, 38, 3, 1, 0, 10, NULL, NULL), ('uniqueidentifier', -11, -11, 37, 37, 36, 16, NULL, NULL, '''', NULL),
('varbinary', -3, -3, 37, 37, NULL, NULL, NULL, NULL, '0x', 'max length'), ('varchar', 12, 12, 39, 39, NULL, NULL, NULL, NULL, '''', 'max length'),
('xml', -152, -152, 0, 0, 0, 0, NULL, NULL, 'N''', NULL)`;

export const odbcTypes = `(VALUES ${rows}) AS y (name, odbc2, odbc3, required_id, nullable_id, digits, bytes, scale, radix, quote, parameters)`;
