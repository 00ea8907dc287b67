/** Lines for a shell: a plan, a restore, its approval by a second person, and its timeline. They run as they are printed. */
export function linesByHand(
  at: { readonly apiUrl: string; readonly requester: string; readonly approver: string },
  request: object,
): string[] {
  const field = (name: string) => `node -p 'JSON.parse(require("fs").readFileSync(0)).${name}'`;
  return [
    `URL=${at.apiUrl}`,
    `TOKEN=${at.requester}`,
    `APPROVER=${at.approver}`,
    "cat > request.json <<'END'",
    JSON.stringify(request),
    "END",
    `curl -s -X POST $URL/plans -H "Authorization: Bearer $TOKEN" -d @request.json`,
    `ID=$(curl -s -X POST $URL/restores -H "Authorization: Bearer $TOKEN" -H "Idempotency-Key: INC-4712" -d @request.json | ${field("restoreId")})`,
    "# until its status is awaiting-approval:",
    `curl -s $URL/restores/$ID -H "Authorization: Bearer $TOKEN"`,
    `HASH=$(curl -s $URL/restores/$ID -H "Authorization: Bearer $TOKEN" | ${field("planHash")})`,
    `curl -s -X POST $URL/restores/$ID/approve -H "Authorization: Bearer $APPROVER" -d "{\\"planHash\\":\\"$HASH\\"}"`,
    `curl -s $URL/restores/$ID/events -H "Authorization: Bearer $TOKEN"`,
  ];
}
