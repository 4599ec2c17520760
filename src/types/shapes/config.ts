/**
 * Configuration of an object by key. Values are strings, whatever they mean; a key that is
 * undefined is not sent.
 */
export interface ConfigMap {
  /** Value by key. */
  [key: string]: string | undefined;
}

/** Configuration keys of Instance. */
export interface InstanceConfig {
  /** Any other key. */
  [key: string]: string | undefined;
}

/** Configuration keys of Project. */
export interface ProjectConfig {
  /** Any other key. */
  [key: string]: string | undefined;
}

/** Configuration keys of Network. */
export interface NetworkConfig {
  /** Any other key. */
  [key: string]: string | undefined;
}

/** Configuration keys of StoragePool. */
export interface StoragePoolConfig {
  /** Any other key. */
  [key: string]: string | undefined;
}

/** Configuration keys of StorageVolume. */
export interface StorageVolumeConfig {
  /** Any other key. */
  [key: string]: string | undefined;
}

/** Configuration keys of Server. */
export interface ServerConfig {
  /** Any other key. */
  [key: string]: string | undefined;
}
