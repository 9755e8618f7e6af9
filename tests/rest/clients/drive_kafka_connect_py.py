# Drives kafka-connect-py, unmodified, against the worker at argv[1]; prints what it was given, a line of JSON each. argv[2] is a folder with in.txt, argv[3] a topic.
import json
import sys
import time

from kafka_connect import KafkaConnect
from requests.exceptions import HTTPError

url, folder, topic = sys.argv[1:]
connect = KafkaConnect(url)


def tell(name, value):
    print(json.dumps([name, value]))


def wait_for(name, state):
    for _ in range(300):
        status = connect.get_connector_status(name)
        if status["connector"]["state"] == state and all(t["state"] == state for t in status["tasks"]):
            return status
        time.sleep(0.1)
    raise TimeoutError(f"{name} is not {state}: {status}")


config = {
    "connector.class": "org.apache.kafka.connect.file.FileStreamSourceConnector",
    "tasks.max": "1",
    "file": f"{folder}/in.txt",
    "topic": topic,
}
tell("info", sorted(connect.get_cluster_info()))
tell("plugins", [p["class"] for p in connect.list_connector_plugins() if "FileStream" in p["class"]])
tell("validate", connect.validate_connector_config("FileStreamSource", {"name": "py", **config})["error_count"])
tell("create", connect.create_connector({"name": "py", "config": config})["name"])
tell("running", len(wait_for("py", "RUNNING")["tasks"]))
tell("list", connect.list_connectors())
tell("list-of-running", list(connect.list_connectors(expand="status", state="running")))
tell("get", connect.get_connector("py")["type"])
tell("config", connect.get_connector_config("py")["topic"])
tell("update", connect.update_connector("py", {**config, "batch.size": "10"})["config"]["batch.size"])
wait_for("py", "RUNNING")
tell("tasks", [t["id"] for t in connect.list_connector_tasks("py")])
tell("task-status", connect.get_connector_task_status("py", 0)["state"])
connect.pause_connector("py")
tell("paused", wait_for("py", "PAUSED")["connector"]["state"])
connect.resume_all_connectors(pattern="p.*")
tell("resumed", wait_for("py", "RUNNING")["connector"]["state"])
connect.restart_connector("py")
wait_for("py", "RUNNING")
tell("restart-with-tasks", connect.restart_connector("py", include_tasks=True)["tasks"][0]["state"])
wait_for("py", "RUNNING")
connect.restart_connector_task("py", 0)
wait_for("py", "RUNNING")
tell("topics", list(connect.list_connector_topics("py")))
connect.reset_connector_topics("py")
connect.stop_connector("py")
tell("stopped", wait_for("py", "STOPPED")["tasks"])
connect.delete_connector("py")
try:
    connect.get_connector("py")
except HTTPError as error:
    tell("gone", error.response.status_code)
