export interface ConnectionTarget {
  readonly host: string;
  readonly port: number;
  readonly userName: string;
  readonly password: string;
  readonly database: string;
}

/**
 * Lines with which common clients connect, ready to be copied. The certificate is of an authority that nobody knows, so they are told to trust it.
 * @param authorityFile where that authority's certificate lies (PEM), for clients that are to check it instead
 */
export function connectionStrings(target: ConnectionTarget, authorityFile?: string): string[] {
  const { host, port, userName, password, database } = target;
  const jdbc = `jdbc:sqlserver://${host}:${port};databaseName=${database};user=${userName};password=${password};encrypt=true;trustServerCertificate=true`;
  const tedious = {
    server: host,
    authentication: { type: "default", options: { userName, password } },
    options: { port, database, encrypt: true, trustServerCertificate: true },
  };
  return [
    "SQL clients connect with",
    `  sqlcmd     sqlcmd -S tcp:${host},${port} -U ${userName} -P '${password}' -d ${database} -C -I`,
    `  ODBC 18    Driver={ODBC Driver 18 for SQL Server};Server=tcp:${host},${port};Database=${database};UID=${userName};PWD=${password};Encrypt=yes;TrustServerCertificate=yes`,
    `  JDBC       ${jdbc}`,
    `  SqlClient  Server=tcp:${host},${port};Database=${database};User ID=${userName};Password=${password};Encrypt=True;TrustServerCertificate=True`,
    `  tedious    new Connection(${JSON.stringify(tedious)})`,
    `  DBeaver    driver "SQL Server", the JDBC line as its URL; user and password are in it`,
    `  FreeTDS    TDSVER=7.3 tsql -H ${host} -p ${port} -U ${userName} -P '${password}' -D ${database}`,
    ...(authorityFile === undefined
      ? []
      : [
          `To check the certificate instead, leave out what trusts it (-C, TrustServerCertificate) and name ${authorityFile}:`,
          "  Node       NODE_EXTRA_CA_CERTS=… in the environment, or options.cryptoCredentialsDetails.ca of tedious",
          "  Java       keytool -importcert -noprompt -alias local -file … -keystore local.jks -storepass changeit, then trustStore=local.jks;trustStorePassword=changeit",
          "  OpenSSL    SSL_CERT_FILE=… in the environment (sqlcmd and ODBC on Linux)",
        ]),
  ];
}
