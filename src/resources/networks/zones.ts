import {
  Collection,
  type Creatable,
  type FilteredListOptions,
  type FilterOptions,
  type Gettable,
  type Listable,
} from "../../core/collection.ts";
import type { Editable, Readable } from "../../core/document.ts";
import { Model, type Named, type Removable } from "../../core/model.ts";
import type { Session } from "../../core/session.ts";
import type {
  NetworkZoneData,
  NetworkZonePut,
  NetworkZoneRecordData,
  NetworkZoneRecordPut,
  NetworkZoneRecordsPost,
  NetworkZonesPost,
} from "../../types/mod.ts";

/** A DNS zone that the server answers for: `/1.0/network-zones/{zone}`. It cannot be renamed. */
export interface NetworkZone
  extends Named, Readable<NetworkZoneData>, Editable<NetworkZonePut>, Removable {
  /**
   * Its records beyond those of instances, which the server makes itself. Need the API extension
   * `network_dns_records`.
   */
  readonly records: NetworkZoneRecords;
}

/**
 * The DNS zones of a project: `/1.0/network-zones`. Needs the API extension `network_dns`; a list over all
 * projects `network_zones_all_projects`, a filtered one `api_filtering_extended`.
 */
export interface NetworkZones
  extends
    Listable<NetworkZone, FilteredListOptions>,
    Gettable<NetworkZone>,
    Creatable<NetworkZone, NetworkZonesPost> {}

/**
 * A record of a DNS zone, named within the zone: `/1.0/network-zones/{zone}/records/{record}`. It cannot be
 * renamed.
 */
export interface NetworkZoneRecord
  extends Named, Readable<NetworkZoneRecordData>, Editable<NetworkZoneRecordPut>, Removable {}

/**
 * The records of a DNS zone: `/1.0/network-zones/{zone}/records`. Needs the API extension
 * `network_dns_records`; a filtered list `api_filtering_extended`.
 */
export interface NetworkZoneRecords
  extends
    Listable<NetworkZoneRecord, FilterOptions>,
    Gettable<NetworkZoneRecord>,
    Creatable<NetworkZoneRecord, NetworkZoneRecordsPost> {}

const KIND = {
  word: "network zone",
  path: "/1.0/network-zones",
  extension: "network_dns",
  emptied: ["description", "config"],
};

class ZoneModel extends Model<NetworkZoneData, NetworkZonePut> implements NetworkZone {
  get records(): NetworkZoneRecords {
    return new Collection<NetworkZoneRecord, NetworkZoneRecordData, NetworkZoneRecordsPost>(
      this.session,
      {
        word: "record",
        path: `${this.path}/records`,
        extension: "network_dns_records",
        // Incus takes the zone's own configuration for the record's.
        rewritten: true,
        filterExtension: "api_filtering_extended",
      },
    );
  }
}

/** Makes the collection. */
export function networkZones(session: Session): NetworkZones {
  return new Collection<NetworkZone, NetworkZoneData, NetworkZonesPost>(session, {
    ...KIND,
    model: (session, init) => new ZoneModel(session, KIND, init),
    allProjectsExtension: "network_zones_all_projects",
    filterExtension: "api_filtering_extended",
  });
}
