-- Read once, when the volume is empty: one database a service.
CREATE DATABASE chaoshub_auth;
CREATE DATABASE chaoshub_experiment;
CREATE DATABASE chaoshub_launcher;
CREATE DATABASE chaoshub_dashboard;
