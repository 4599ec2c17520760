/** What an instance is doing. A later server may know more words. */
export type InstanceStatus =
  | "Running"
  | "Stopped"
  | "Frozen"
  | "Error"
  | "Starting"
  | "Stopping"
  | "Freezing"
  | "Thawed"
  | "Aborting"
  | "Ready"
  | (string & Record<never, never>);

/** How far an operation is; the last three are final. A later server may know more words. */
export type OperationStatus =
  | "Pending"
  | "Running"
  | "Cancelling"
  | "Success"
  | "Failure"
  | "Cancelled"
  | (string & Record<never, never>);
