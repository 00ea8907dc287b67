import * as z from "zod";

/** CreateDatabase of RDS: 2-64 characters, lower-case letters, digits, `_`, `-`; a letter first, a letter or digit last. */
export const rdsDatabaseName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,62}[a-z0-9]$/,
    "is no name that RDS gives a database. Send 2-64 lower-case letters, digits, _ or -; a letter first, a letter or digit last.",
  );
