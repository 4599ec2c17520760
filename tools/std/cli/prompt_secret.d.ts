/** How a secret is asked for. */
export interface PromptSecretOptions {
  mask?: string;
  clear?: boolean;
}

/** The secret that was typed, or null where there is no terminal. */
export declare function promptSecret(
  message?: string,
  options?: PromptSecretOptions,
): string | null;
