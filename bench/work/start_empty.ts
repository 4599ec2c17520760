// Only what Deno itself takes to start.
