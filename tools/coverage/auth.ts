import type { Methods } from "./table.ts";

/** Who may do what, on LXD. */
export const auth: Methods = {
  "GET /1.0/auth/identities": ({ client }) => client.auth.identities.list(),
  "GET /1.0/auth/identities/current": ({ client }) => client.auth.identities.current(),
  "GET /1.0/auth/identities/tls": ({ client }) => client.auth.identities.tls.list(),
  "POST /1.0/auth/identities/tls": [
    ({ client, body }) => client.auth.identities.tls.create(body),
    ({ client, body }) => client.auth.identities.tls.createToken(body),
    ({ client, name }) => client.auth.identities.tls.redeemToken(name),
  ],
  "GET /1.0/auth/identities/tls/{name}": ({ client, name }) => client.auth.identities.tls.get(name),
  "PUT /1.0/auth/identities/tls/{name}": ({ change, tls }) => tls.edit(change),
  "PATCH /1.0/auth/identities/tls/{name}": ({ body, tls }) => tls.patch(body),
  "DELETE /1.0/auth/identities/tls/{name}": ({ tls }) => tls.delete(),
  "GET /1.0/auth/identities/oidc": ({ client }) => client.auth.identities.oidc.list(),
  "GET /1.0/auth/identities/oidc/{name}": ({ client, name }) =>
    client.auth.identities.oidc.get(name),
  "PUT /1.0/auth/identities/oidc/{name}": ({ change, oidc }) => oidc.edit(change),
  "PATCH /1.0/auth/identities/oidc/{name}": ({ body, oidc }) => oidc.patch(body),
  "DELETE /1.0/auth/identities/oidc/{name}": ({ oidc }) => oidc.delete(),
  "GET /1.0/auth/identities/bearer": ({ client }) => client.auth.identities.bearer.list(),
  "POST /1.0/auth/identities/bearer": ({ client, body }) =>
    client.auth.identities.bearer.create(body),
  "GET /1.0/auth/identities/bearer/{name}": ({ client, name }) =>
    client.auth.identities.bearer.get(name),
  "PUT /1.0/auth/identities/bearer/{name}": ({ change, bearer }) => bearer.edit(change),
  "PATCH /1.0/auth/identities/bearer/{name}": ({ body, bearer }) => bearer.patch(body),
  "DELETE /1.0/auth/identities/bearer/{name}": ({ bearer }) => bearer.delete(),
  "POST /1.0/auth/identities/bearer/{name}/token": ({ bearer }) => bearer.issueToken(),
  "DELETE /1.0/auth/identities/bearer/{name}/token": ({ bearer }) => bearer.revokeToken(),

  "GET /1.0/auth/groups": ({ client }) => client.auth.groups.list(),
  "POST /1.0/auth/groups": ({ client, body }) => client.auth.groups.create(body),
  "GET /1.0/auth/groups/{group}": ({ client, name }) => client.auth.groups.get(name),
  "PUT /1.0/auth/groups/{group}": [
    ({ change, authGroup }) => authGroup.edit(change),
    ({ body, authGroup }) => authGroup.patch(body),
  ],
  "POST /1.0/auth/groups/{group}": ({ name, authGroup }) => authGroup.rename(name),
  "DELETE /1.0/auth/groups/{group}": ({ authGroup }) => authGroup.delete(),

  "GET /1.0/auth/identity-provider-groups": ({ client }) =>
    client.auth.identityProviderGroups.list(),
  "POST /1.0/auth/identity-provider-groups": ({ client, body }) =>
    client.auth.identityProviderGroups.create(body),
  "GET /1.0/auth/identity-provider-groups/{group}": ({ client, name }) =>
    client.auth.identityProviderGroups.get(name),
  "PUT /1.0/auth/identity-provider-groups/{group}": [
    ({ change, providerGroup }) => providerGroup.edit(change),
    ({ body, providerGroup }) => providerGroup.patch(body),
  ],
  "POST /1.0/auth/identity-provider-groups/{group}": ({ name, providerGroup }) =>
    providerGroup.rename(name),
  "DELETE /1.0/auth/identity-provider-groups/{group}": ({ providerGroup }) =>
    providerGroup.delete(),

  "GET /1.0/auth/oidc-sessions": ({ client }) => client.auth.oidcSessions.list(),
  "GET /1.0/auth/oidc-sessions/{id}": ({ client, name }) => client.auth.oidcSessions.get(name),
  "DELETE /1.0/auth/oidc-sessions/{id}": ({ session }) => session.delete(),

  "GET /1.0/auth/permissions": ({ client }) => client.auth.permissions(),
};
