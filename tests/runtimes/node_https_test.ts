import { runtimeTest } from "../kit/runtime_suite.ts";
import { trustedAccess } from "../kit/trust.ts";
import { unfitOverHttps } from "../kit/unfit.ts";

runtimeTest("node22", { way: "HTTPS", access: trustedAccess, unfit: unfitOverHttps });
