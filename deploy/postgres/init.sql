-- Run once, when the volume of the postgres image is empty: CKAN's roles, and the databases of a
-- portal and of the tests. The passwords are for a developer's own machine.
CREATE ROLE ckan_default LOGIN PASSWORD 'pass';
CREATE ROLE datastore_default LOGIN PASSWORD 'pass';

CREATE DATABASE ckan_default OWNER ckan_default ENCODING 'UTF8' TEMPLATE template0;
CREATE DATABASE datastore_default OWNER ckan_default ENCODING 'UTF8' TEMPLATE template0;
CREATE DATABASE ckan_test OWNER ckan_default ENCODING 'UTF8' TEMPLATE template0;
CREATE DATABASE datastore_test OWNER ckan_default ENCODING 'UTF8' TEMPLATE template0;
