import { rowValue } from "./model/row-value";

/** Cause and remedy of each DTS precheck item, in our own words: DTS answers i18n keys (dts documentation, DescribePreCheckStatus). */
const remedies: Readonly<Record<string, { readonly cause: string; readonly remedy: string }>> = {
  CHECK_CONN_SRC: {
    cause: "DTS cannot log in to the temporary instance.",
    remedy:
      "The instance has the logins of the backup: put the password of then into the secret that the restore names, then retry; or ask again with another temporaryInstanceSecret.",
  },
  CHECK_CONN_DEST: {
    cause: "DTS cannot log in to the master.",
    remedy: "Check the secret of the master and that its login is not locked, then retry.",
  },
  CHECK_AUTH_SRC: {
    cause: "The login may not read the chosen databases on the temporary instance.",
    remedy:
      "Ask again with the secret of a login that could read them at the time of the backup (temporaryInstanceSecret).",
  },
  CHECK_AUTH_DEST: {
    cause: "The login may not write on the master.",
    remedy:
      "Grant the login read and write rights on the target database (or the right to create databases), then retry.",
  },
  CHECK_SAME_OBJ: {
    cause: "An object of the same name exists on the master.",
    remedy: "Rename or remove the object on the master, or ask again with another restoredName.",
  },
  CHECK_ENGINE: {
    cause: "The master is older than the temporary instance.",
    remedy: "No setting repairs this; restore to another instance.",
  },
  CHECK_SRC: {
    cause: "A chosen object does not exist on the temporary instance, or tables of its name are in two schemas there.",
    remedy:
      "Choose objects that existed at the restore time, or another restore time. DTS names tables without schema: where a name is in two schemas, restore the whole database.",
  },
  CHECK_DEST_DB: {
    cause: "DTS cannot create the target database.",
    remedy:
      "Ask again with a restoredName that RDS accepts. Do not create the database by hand: it would be taken for somebody else's.",
  },
};

export function explainPrecheckItem(item: string, errorKey: string): { item: string; cause: string; remedy: string } {
  const known = Object.hasOwn(remedies, item) ? remedies[item] : undefined;
  return known
    ? { item, ...known }
    : {
        item,
        cause: `DTS reports ${isKey(errorKey) ? errorKey || item : rowValue(errorKey)}.`,
        remedy: "Open the job's precheck in the DTS console, repair what it names, then retry.",
      };
}

/** DTS answers the key of a text. Where it is a text itself, that may quote values of rows. */
function isKey(errorKey: string): boolean {
  return /^[\w.-]*$/.test(errorKey);
}
