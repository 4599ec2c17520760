import type { Call } from "../call.ts";
import { pathOf } from "../documents.ts";
import { randomHardwareAddress, randomHex } from "../ids.ts";
import { badRequest, failed } from "../refusal.ts";
import type { SimulatedServer } from "../server.ts";
import { ID_MAP } from "./config.ts";
import { mountVolumes, unmountVolumes } from "./mounts.ts";
import type { InstanceRecord } from "./record.ts";
import { interfacesOf } from "./state.ts";
import { applyTemplates } from "./templates.ts";

/** What changes the state of instances. */
interface StatePut {
  action?: string;
  force?: boolean;
  stateful?: boolean;
}

type Action = "start" | "stop" | "restart" | "freeze" | "unfreeze";

const DESCRIPTIONS: Record<Action, string> = {
  start: "Starting instance",
  stop: "Stopping instance",
  restart: "Restarting instance",
  freeze: "Freezing instance",
  unfreeze: "Unfreezing instance",
};

/** Starts and stops instances. */
export class PowerRoutes {
  readonly #server: SimulatedServer;
  #lastPid = 1000;

  /** Of a server. */
  constructor(server: SimulatedServer) {
    this.#server = server;
  }

  /** Answers `PUT` of the state of one. */
  async set(call: Call, instance: InstanceRecord): Promise<Response> {
    const body = await call.json<StatePut>("InstanceStatePut");
    const action = actionOf(body);
    return this.#server.operations.begin(call, {
      description: DESCRIPTIONS[action],
      resources: { instances: [pathOf("/1.0/instances", instance)] },
      run: () => {
        this.#change(instance, action, body);
        const told = this.#server.dialect === "lxd" && action === "start";
        return Promise.resolve(told ? { container_progress: "" } : undefined);
      },
    });
  }

  /** Answers `PUT` of the state of all of a project. */
  async setAll(call: Call, instances: readonly InstanceRecord[]): Promise<Response> {
    const { state = {} } = await call.json<{ state?: StatePut }>("InstancesPut");
    const action = actionOf(state);
    const fitting = instances.filter(({ status }) => {
      if (action === "start") return status === "Stopped";
      return action === "unfreeze" ? status === "Frozen" : status === "Running";
    });
    return this.#server.operations.begin(call, {
      description: DESCRIPTIONS[action],
      resources: { instances: fitting.map((it) => pathOf("/1.0/instances", it)) },
      run: () => {
        for (const instance of fitting) this.#change(instance, action, state);
        return Promise.resolve();
      },
    });
  }

  /** Starts one. */
  start(instance: InstanceRecord): void {
    if (instance.status !== "Stopped") throw failed("The instance is already running");
    const { config, guest } = instance;
    applyTemplates(instance);
    this.#connect(instance);
    config["volatile.idmap.current"] = config["volatile.idmap.next"] = ID_MAP;
    config["volatile.last_state.idmap"] = this.#server.dialect === "lxd" ? ID_MAP : "[]";
    config["volatile.last_state.power"] = "RUNNING";
    instance.status = "Running";
    instance.pid = this.#lastPid += 7;
    instance.lastUsedAt = this.#server.clock.now();
    instance.logs.set("lxc.log", new Uint8Array());
    if (this.#server.dialect === "lxd") instance.logs.set("lxc.conf", new Uint8Array());
    mountVolumes(this.#server, instance);
    guest.start();
  }

  #change(instance: InstanceRecord, action: Action, { stateful, force }: StatePut): void {
    const { instances } = this.#server.modules;
    if (stateful && action === "stop") {
      const allowed = instance.config["migration.stateful"] === "true";
      throw failed(
        this.#server.dialect === "lxd" || allowed
          ? "Unable to perform container live migration. CRIU isn't installed"
          : "Stateful stop requires the instance to have migration.stateful be set to true",
      );
    }
    switch (action) {
      case "start":
        this.start(instance);
        return instances.tell("started", instance);
      case "stop":
        this.#stop(instance);
        instances.tell(force ? "stopped" : "shutdown", instance);
        if (instance.ephemeral) {
          instances.remove(instance);
          instances.tell("deleted", instance);
        }
        return;
      case "restart":
        this.#stop(instance);
        this.start(instance);
        return instances.tell("restarted", instance);
      case "freeze":
        if (instance.status !== "Running") throw this.#idle(action);
        instance.status = "Frozen";
        instance.guest.freeze();
        return instances.tell("paused", instance);
      case "unfreeze":
        if (instance.status === "Stopped") throw this.#idle(action);
        instance.status = "Running";
        instance.guest.unfreeze();
        return instances.tell("resumed", instance);
    }
  }

  #idle(action: Action) {
    const incus = this.#server.dialect === "incus" && action === "freeze";
    return failed(`The ${incus ? "instance" : "container"} isn't running`);
  }

  #stop(instance: InstanceRecord): void {
    if (instance.status === "Stopped") throw badRequest("The instance is already stopped");
    instance.guest.stop();
    unmountVolumes(instance);
    instance.status = "Stopped";
    instance.pid = 0;
    instance.config["volatile.last_state.power"] = "STOPPED";
    if (this.#server.extensions.has("instance_ready_state")) {
      instance.config["volatile.last_state.ready"] = "false";
    }
    for (const [device] of interfacesOf(this.#server, instance)) {
      delete instance.config[`volatile.${device}.host_name`];
    }
    instance.guest.interfaces.clear();
  }

  /** Gives the network devices their interfaces inside. */
  #connect(instance: InstanceRecord): void {
    const { random, dialect } = this.#server;
    for (const [device, name] of interfacesOf(this.#server, instance)) {
      const { config } = instance;
      config[`volatile.${device}.hwaddr`] ??= randomHardwareAddress(random, dialect);
      config[`volatile.${device}.host_name`] = `veth${randomHex(random, 8)}`;
      instance.guest.interfaces.set(name, { up: false, addresses: [] });
    }
  }
}

function actionOf({ action = "" }: StatePut): Action {
  if (action in DESCRIPTIONS) return action as Action;
  throw badRequest(`Unknown action: '${action}'`);
}
