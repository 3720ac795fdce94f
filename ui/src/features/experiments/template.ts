/** Where a new experiment begins: small, valid, and harmless. */
export const TEMPLATE = `version: 1.0.0
title: The service stays up while a dependency is slow
description: Why you run this, and what you expect.
tags: []
steady-state-hypothesis:
  title: The service answers
  probes:
    - type: probe
      name: service-answers
      tolerance: 200
      provider:
        type: http
        url: http://localhost:8080/livez
        timeout: 3
method:
  - type: action
    name: inject-fault
    provider:
      type: process
      path: sleep
      arguments: ["3"]
rollbacks: []
`;
