/** A command that a test gives to simulated instances. */
export interface ScriptedCommand {
  /** Its name. */
  name: string;
}
