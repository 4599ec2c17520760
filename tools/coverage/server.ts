import type { Methods } from "./table.ts";

/** The server itself, and what lies directly below it. */
export const server: Methods = {
  "GET /1.0": ({ client }) => client.server.refresh(),
  "PUT /1.0": ({ client, change }) => client.server.edit(change),
  "PATCH /1.0": ({ client, body }) => client.server.patch(body),
  "GET /1.0/resources": ({ client }) => client.server.resources(),
  "GET /1.0/metrics": ({ client }) => client.server.metrics(),
  "GET /1.0/metadata/configuration": ({ client }) => client.server.configurationMetadata(),
  "GET /1.0/events": ({ client }) => client.events(),

  "GET /1.0/operations": ({ client }) => client.operations.list(),
  "GET /1.0/operations/{id}": ({ client, name }) => client.operations.get(name),
  "GET /1.0/operations/{id}/wait": ({ operation }) => operation.wait(),
  "GET /1.0/operations/{id}/websocket": ({ name, operation }) => operation.webSocket(name),
  "DELETE /1.0/operations/{id}": ({ operation }) => operation.cancel(),

  "GET /1.0/certificates": ({ client }) => client.certificates.list(),
  "POST /1.0/certificates": [
    ({ client, body }) => client.certificates.create(body),
    ({ client, body }) => client.certificates.createToken(body),
  ],
  "GET /1.0/certificates/{fingerprint}": ({ client, name }) => client.certificates.get(name),
  "PUT /1.0/certificates/{fingerprint}": ({ change, certificate }) => certificate.edit(change),
  "PATCH /1.0/certificates/{fingerprint}": ({ body, certificate }) => certificate.patch(body),
  "DELETE /1.0/certificates/{fingerprint}": ({ certificate }) => certificate.delete(),

  "GET /1.0/profiles": ({ client }) => client.profiles.list(),
  "POST /1.0/profiles": ({ client, body }) => client.profiles.create(body),
  "GET /1.0/profiles/{name}": ({ client, name }) => client.profiles.get(name),
  "PUT /1.0/profiles/{name}": ({ change, profile }) => profile.edit(change),
  "PATCH /1.0/profiles/{name}": ({ body, profile }) => profile.patch(body),
  "POST /1.0/profiles/{name}": ({ name, profile }) => profile.rename(name),
  "DELETE /1.0/profiles/{name}": ({ profile }) => profile.delete(),

  "GET /1.0/projects": ({ client }) => client.projects.list(),
  "POST /1.0/projects": ({ client, body }) => client.projects.create(body),
  "GET /1.0/projects/{name}": ({ client, name }) => client.projects.get(name),
  "PUT /1.0/projects/{name}": ({ change, project }) => project.edit(change),
  "PATCH /1.0/projects/{name}": ({ body, project }) => project.patch(body),
  "POST /1.0/projects/{name}": ({ name, project }) => project.rename(name),
  "DELETE /1.0/projects/{name}": ({ project }) => project.delete(),
  "GET /1.0/projects/{name}/state": ({ project }) => project.state(),
  "PUT /1.0/projects/{name}/state": ({ body, project }) => project.setState(body),
  "GET /1.0/projects/{name}/access": ({ project }) => project.access(),

  "GET /1.0/warnings": ({ client }) => client.warnings.list(),
  "GET /1.0/warnings/{id}": ({ client, name }) => client.warnings.get(name),
  "PUT /1.0/warnings/{id}": ({ body, warning }) => warning.setStatus(body),
  "PATCH /1.0/warnings/{id}": ({ warning }) => warning.acknowledge(),
  "DELETE /1.0/warnings/{id}": ({ warning }) => warning.delete(),
};
