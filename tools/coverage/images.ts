import type { Methods } from "./table.ts";

/** Images and their aliases. */
export const images: Methods = {
  "GET /1.0/images": ({ client }) => client.images.list(),
  "POST /1.0/images": [
    ({ client, body }) => client.images.create(body),
    ({ client }) => client.images.upload({ file: new Blob() }),
    ({ client, name }) => client.instances.at(name).publish(),
  ],
  "GET /1.0/images/{fingerprint}": ({ client, name }) => client.images.get(name),
  "PUT /1.0/images/{fingerprint}": ({ change, image }) => image.edit(change),
  "PATCH /1.0/images/{fingerprint}": ({ body, image }) => image.patch(body),
  "DELETE /1.0/images/{fingerprint}": ({ image }) => image.delete(),
  "GET /1.0/images/{fingerprint}/export": ({ image }) => image.export(),
  "POST /1.0/images/{fingerprint}/export": ({ other, image }) =>
    image.copyTo(other, { mode: "push" }),
  "POST /1.0/images/{fingerprint}/refresh": ({ image }) => image.update(),
  "POST /1.0/images/{fingerprint}/secret": ({ image }) => image.createSecret(),

  "GET /1.0/images/aliases": ({ client }) => client.images.aliases.list(),
  "POST /1.0/images/aliases": ({ client, body }) => client.images.aliases.create(body),
  "GET /1.0/images/aliases/{alias}": ({ client, name }) => client.images.aliases.get(name),
  "PUT /1.0/images/aliases/{alias}": [
    ({ change, alias }) => alias.edit(change),
    ({ body, alias }) => alias.patch(body),
  ],
  "POST /1.0/images/aliases/{alias}": ({ name, alias }) => alias.rename(name),
  "DELETE /1.0/images/aliases/{alias}": ({ alias }) => alias.delete(),
};
