import { unfitForPlatforms, unfitOverHttps } from "../kit/case_choice.ts";
import { withoutNpm } from "../kit/npm_project.ts";
import { runtimeTest } from "../kit/runtime_suite.ts";
import { startWorkerHost } from "../kit/worker_host.ts";

runtimeTest("workerd", {
  way: "the gateway of the examples",
  start: startWorkerHost,
  ignore: withoutNpm,
  unfit: {
    ...unfitForPlatforms,
    ...unfitOverHttps,
    "An image alias of any name goes through right or is refused":
      "the gateway refuses paths with ..",
    "raw() reaches what no method does": "the gateway lets through the API alone",
  },
});
