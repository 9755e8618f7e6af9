# Drives kafka-connect-api, unmodified, against the worker at argv[1]; prints what it was given, a line of JSON each. argv[2] is a folder with in.txt, argv[3] a topic.
import json
import sys
import time

from kafka_connect_api.errors import GenericNotFound
from kafka_connect_api.kafka_connect_api import Api, Cluster, Connector

url, folder, topic = sys.argv[1:]
cluster = Cluster(Api(url=url))


def tell(name, value):
    print(json.dumps([name, value]))


def wait_for(connector, state):
    for _ in range(300):
        if connector.state == state and all(task.state == state for task in connector.tasks):
            return state
        time.sleep(0.1)
    raise TimeoutError(f"{connector} is not {state}: {connector.status}")


tell("cluster", [bool(cluster.version), bool(cluster.kafka_cluster)])
connector = Connector(cluster, "api")
connector.config = {
    "connector.class": "org.apache.kafka.connect.file.FileStreamSinkConnector",
    "tasks.max": "2",
    "file": f"{folder}/api-out.txt",
    "topics": topic,
}
for _ in range(100):
    if len(connector.tasks) == 2:
        break
    time.sleep(0.1)
tell("running", wait_for(connector, "RUNNING"))
tell("connectors", list(cluster.connectors))
tell("exists", connector.exists())
tell("class", connector.connector_class)
tell("tasks", [[task.id, task.config["file"] == f"{folder}/api-out.txt"] for task in connector.tasks])
connector.pause()
tell("paused", wait_for(connector, "PAUSED"))
connector.resume()
wait_for(connector, "RUNNING")
connector.restart()
wait_for(connector, "RUNNING")
connector.restart_all_tasks()
tell("restarted", wait_for(connector, "RUNNING"))
connector.cycle_connector()
tell("cycled", wait_for(connector, "RUNNING"))
cluster.root_logger = "WARN"
tell("root-logger", cluster.root_logger["level"])
cluster.root_logger = "INFO"
connector.delete()
try:
    connector.status
except GenericNotFound as error:
    tell("gone", error.code)
