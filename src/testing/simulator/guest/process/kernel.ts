import type { Clock } from "../../clock.ts";
import type { GuestFiles } from "../files/guest_files.ts";
import { Bell } from "./bell.ts";
import { Process, type ProcessStart, type Program } from "./process.ts";
import type { Terminal } from "./terminal.ts";

/** An address of a network interface. */
export interface InterfaceAddress {
  /** `inet` or `inet6`. */
  family: "inet" | "inet6";
  /** The address. */
  address: string;
  /** How many bits of it are the network's. */
  netmask: string;
  /** How far it reaches. */
  scope: "global" | "link" | "local";
}

/** A network interface. */
export interface GuestInterface {
  /** Whether it is up. */
  up: boolean;
  /** Its addresses. */
  addresses: InterfaceAddress[];
}

/** Finds the program that a command names. */
export interface ProgramFinder {
  /** Whether a command was scripted, and so comes before a builtin of a shell. */
  isScripted(argv: readonly string[]): boolean;
  /**
   * The program.
   *
   * @throws {CommandError} when there is none, or it cannot be run.
   */
  find(process: Process, argv: readonly string[]): Program;
}

/** What all processes of an instance share. */
export class Kernel {
  /** The time. */
  readonly clock: Clock;
  /** Finds programs. */
  readonly programs: ProgramFinder;
  /** The files; another tree takes their place when a snapshot is restored. */
  files: GuestFiles;
  /** The name of the instance. */
  hostname: string;
  /** The network interfaces. */
  readonly interfaces: Map<string, GuestInterface> = new Map();
  /** What is shown on the console, while the instance runs. */
  console: Terminal | undefined;
  readonly #thawed = new Bell();
  #frozen = false;
  readonly #processes = new Map<number, Process>();
  readonly #terminals = new Map<string, Terminal>();
  #lastPid = 0;

  /** Without any process. */
  constructor(clock: Clock, programs: ProgramFinder, files: GuestFiles, hostname: string) {
    this.clock = clock;
    this.programs = programs;
    this.files = files;
    this.hostname = hostname;
  }

  /** Whether all processes stand still. */
  get frozen(): boolean {
    return this.#frozen;
  }

  /** Lets all processes stand still, or go on. */
  set frozen(frozen: boolean) {
    this.#frozen = frozen;
    this.#thawed.ring();
  }

  /** Waits while all processes stand still. */
  async thawed(signal: AbortSignal): Promise<void> {
    while (this.#frozen) await this.#thawed.wait(signal);
  }

  /** The processes, in the order of their numbers. */
  get processes(): Process[] {
    return [...this.#processes.values()];
  }

  /** The process of a number. */
  process(pid: number): Process | undefined {
    return this.#processes.get(pid);
  }

  /** Starts a process. */
  start(start: ProcessStart, program: Program): Process {
    const process = new Process(this, ++this.#lastPid, start);
    this.#processes.set(process.pid, process);
    process.run(program);
    return process;
  }

  /** Sends a signal to all processes of a group. */
  signalGroup(group: number, signal: number): void {
    for (const process of this.processes) if (process.group === group) process.kill(signal);
  }

  /** Kills all processes. */
  killAll(): void {
    for (const process of this.processes) process.kill(9);
    this.#lastPid = 0;
  }

  /** A process has ended. */
  forget(process: Process): void {
    this.#processes.delete(process.pid);
  }

  /** Gives a terminal a device. */
  addTerminal(make: (name: string) => Terminal): Terminal {
    let number = 0;
    while (this.#terminals.has(`/dev/pts/${number}`)) number++;
    const terminal = make(`/dev/pts/${number}`);
    terminal.signal = (group, signal) => this.signalGroup(group, signal);
    this.#terminals.set(terminal.name, terminal);
    return terminal;
  }

  /** Takes a terminal's device away. */
  removeTerminal({ name }: Terminal): void {
    this.#terminals.delete(name);
  }

  /** The terminal of a device. */
  terminal(name: string): Terminal | undefined {
    return this.#terminals.get(name);
  }
}
