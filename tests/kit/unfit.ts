/** The conformance cases that cannot hold over HTTPS on any runtime, with the reason of each. */
export const unfitOverHttps: Record<string, string> = {
  "A warning is seen, taken note of and deleted": "it needs the rights of the Unix socket",
};
