import {
  Collection,
  type Creatable,
  type FilterOptions,
  type Gettable,
  type Listable,
} from "../../core/collection.ts";
import type { Editable, Readable } from "../../core/document.ts";
import type { Named, Removable, Renamable } from "../../core/model.ts";
import type { Session } from "../../core/session.ts";
import type {
  NetworkIntegrationData,
  NetworkIntegrationPut,
  NetworkIntegrationsPost,
} from "../../types/mod.ts";

/** A connection to another system's networks: `/1.0/network-integrations/{name}`. */
export interface NetworkIntegration
  extends
    Named,
    Readable<NetworkIntegrationData>,
    Editable<NetworkIntegrationPut>,
    Renamable,
    Removable {}

/**
 * The network integrations of the server: `/1.0/network-integrations`. Needs the API extension
 * `network_integrations`, which Incus alone has; a filtered list `api_filtering_extended`.
 */
export interface NetworkIntegrations
  extends
    Listable<NetworkIntegration, FilterOptions>,
    Gettable<NetworkIntegration>,
    Creatable<NetworkIntegration, NetworkIntegrationsPost> {}

/** Makes the collection. */
export function networkIntegrations(session: Session): NetworkIntegrations {
  return new Collection<NetworkIntegration, NetworkIntegrationData, NetworkIntegrationsPost>(
    session,
    {
      word: "network integration",
      path: "/1.0/network-integrations",
      extension: "network_integrations",
      emptied: ["description", "config"],
      filterExtension: "api_filtering_extended",
    },
  );
}
