/** REMOTE=1 means a real account. Any other text but 0 is taken for it as well: who says `true` must not be shown the local cloud. */
export const isRemote = !["", "0"].includes(process.env["REMOTE"] ?? "");
