#!/bin/sh
# Makes an authority and a certificate for each of three EventStoreDB nodes, each once. The authority's key stays in
# /authority, which no server sees; each node sees its own folder, and everyone /ca. Needs es-gencert-cli.
set -eu

if [ ! -f /authority/ca/ca.key ]; then
  rm -rf /authority/ca
  es-gencert-cli create-ca -days 3650 -out /authority/ca
fi
cp /authority/ca/ca.crt /ca/ca.crt
chmod 755 /ca
chmod 444 /ca/ca.crt

for node in node1 node2 node3; do
  if [ ! -f "/$node/node.key" ]; then
    rm -rf "/authority/$node"
    es-gencert-cli create-node -days 1825 -out "/authority/$node" \
      -ca-certificate /authority/ca/ca.crt -ca-key /authority/ca/ca.key \
      -dns-names "$node.eventstoredb,localhost" -ip-addresses 127.0.0.1
    mv "/authority/$node/node.crt" "/authority/$node/node.key" "/$node/"
  fi
  # The user that EventStoreDB runs as.
  chown -R 1000:1000 "/$node"
  chmod 400 "/$node/node.key"
done
