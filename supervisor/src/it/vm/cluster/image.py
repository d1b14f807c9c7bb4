"""Writes an image of one static program as docker save would: NAME PROGRAM LINKS OUT, where LINKS are its names in /bin, the first the entry point."""
import hashlib
import io
import json
import sys
import tarfile

name, program, links, out = sys.argv[1:]
links = links.split(",")


def add(archive, path, content, mode=0o644):
    entry = tarfile.TarInfo(path)
    entry.size, entry.mode = len(content), mode
    archive.addfile(entry, io.BytesIO(content))


layer = io.BytesIO()
with tarfile.open(fileobj=layer, mode="w") as archive:
    folder = tarfile.TarInfo("bin")
    folder.type, folder.mode = tarfile.DIRTYPE, 0o755
    archive.addfile(folder)
    with open(program, "rb") as file:
        add(archive, "bin/program", file.read(), 0o755)
    for link in links:
        entry = tarfile.TarInfo("bin/" + link)
        entry.type, entry.linkname = tarfile.SYMTYPE, "program"
        archive.addfile(entry)

digest = hashlib.sha256(layer.getvalue()).hexdigest()
config = json.dumps({
    "architecture": "amd64", "os": "linux",
    "config": {"Entrypoint": ["/bin/" + links[0]], "Env": ["PATH=/bin"]},
    "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest]},
}).encode()
manifest = json.dumps([{"Config": "config.json", "RepoTags": [name], "Layers": ["layer.tar"]}]).encode()
with tarfile.open(out, "w") as archive:
    add(archive, "config.json", config)
    add(archive, "layer.tar", layer.getvalue())
    add(archive, "manifest.json", manifest)
