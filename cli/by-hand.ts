/** What the lines by hand need to know; docs/api.md shows the same lines with other values. */
export interface ByHand {
  readonly apiUrl: string;
  /** Bearers of two people: the two-person rule may ask for that. */
  readonly requester: string;
  readonly approver: string;
  /** A whole second with its offset, before the accident and after the sample's data. */
  readonly restoreTime: string;
}

/** Lines for a shell: a plan, a restore, its approval by a second person, and its timeline. They run as they are printed. */
export function linesByHand({ apiUrl, requester, approver, restoreTime }: ByHand): string[] {
  const asRequester = `-H "Authorization: Bearer $TOKEN"`;
  const restore = `curl -s $URL/restores/$ID ${asRequester}`;
  const waitFor = (...statuses: string[]) =>
    `until ${restore} | field status | grep -qxE '${statuses.join("|")}'; do sleep 1; done`;
  return [
    `URL=${apiUrl}`,
    `TOKEN=${requester}`,
    `APPROVER=${approver}`,
    `field() { node -p "JSON.parse(require('fs').readFileSync(0)).$1"; }`,
    "cat > request.json <<'END'",
    "{",
    `  "masterInstanceId": "rm-shop", "restoreTime": "${restoreTime}",`,
    `  "objects": [{ "database": "shop", "tables": [{ "schema": "dbo", "name": "Orders" }] }],`,
    `  "checks": [{ "name": "orders are back", "database": "shop", "sql": "SELECT COUNT(*) FROM dbo.Orders", "expect": { "min": 1 } }],`,
    `  "source": { "allowPublicEndpoint": true }, "secretName": "rewind/rm-shop/dba", "label": "INC-4712", "reason": "delete without where"`,
    "}",
    "END",
    "# dry run: every prerequisite with its verdict",
    `curl -s -X POST $URL/plans ${asRequester} -d @request.json`,
    "# the restore, and its plan",
    `ID=$(curl -s -X POST $URL/restores ${asRequester} -H "Idempotency-Key: INC-4712" -d @request.json | field restoreId)`,
    waitFor("awaiting-approval", "holding", "closed"),
    restore,
    "# a second person approves exactly this plan",
    `HASH=$(${restore} | field planHash)`,
    `curl -s -X POST $URL/restores/$ID/approve -H "Authorization: Bearer $APPROVER" -d "{\\"planHash\\":\\"$HASH\\"}"`,
    "# the outcome, and the timeline",
    waitFor("holding", "closed"),
    `${restore} | field reason.text`,
    `curl -s $URL/restores/$ID/events ${asRequester}`,
  ];
}
