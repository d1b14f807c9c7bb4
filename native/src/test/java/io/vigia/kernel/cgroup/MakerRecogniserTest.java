package io.vigia.kernel.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.CgroupPath;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Paths as the makers' documentation and sources give them: cgroups(7) and systemd.slice(5); Kubernetes
 * pkg/kubelet/cm/cgroup_manager_linux.go; runc libcontainer/cgroups/systemd; Docker "runtime metrics"; podman-create(1)
 * --cgroup-manager; containerd pkg/cri; CRI-O crio.conf(5) cgroup_manager; lxc.container.conf(5) lxc.cgroup.dir;
 * systemd-nspawn(1); Kata docs/design/host-cgroups.md; Firecracker docs/jailer.md; Mesos --cgroups_root.
 */
class MakerRecogniserTest {
    private static final String ID = "3f1f0c0d5b4f4c9f8c1a2e6d7b8a9c0d1e2f3a4b5c6d7e8f9a0b1c2d3e4f5a6b";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        /                                                                  | unknown        | {}
        /nobody/knows                                                      | unknown        | {}
        /init.scope                                                        | systemd        | {unit=init.scope}
        /system.slice                                                      | systemd        | {slice=system.slice}
        /system.slice/ssh.service                                          | systemd        | {slice=system.slice, unit=ssh.service}
        /system.slice/system-getty.slice/getty@tty1.service                | systemd        | {slice=system-getty.slice, unit=getty@tty1.service}
        /user.slice/user-1000.slice/session-2.scope                        | systemd        | {slice=user-1000.slice, unit=session-2.scope, user=1000}
        /user.slice/user-1000.slice/user@1000.service/app.slice/x.service  | systemd        | {slice=app.slice, unit=x.service, user=1000}
        /system.slice/dev-disk\\\\x2droot.swap                             | systemd        | {slice=system.slice, unit=dev-disk-root.swap}
        /kubepods.slice                                                    | kubernetes     | {}
        /kubepods.slice/kubepods-burstable.slice                           | kubernetes     | {qos=burstable}
        /kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod6b7c0a1e_2d3f_4a5b_8c6d_7e8f9a0b1c2d.slice/cri-containerd-ID.scope | kubernetes | {container=ID, podUid=6b7c0a1e-2d3f-4a5b-8c6d-7e8f9a0b1c2d, qos=burstable, runtime=containerd}
        /kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod6b7c0a1e_2d3f_4a5b_8c6d_7e8f9a0b1c2d.slice/crio-ID.scope | kubernetes | {container=ID, podUid=6b7c0a1e-2d3f-4a5b-8c6d-7e8f9a0b1c2d, qos=besteffort, runtime=cri-o}
        /kubepods.slice/kubepods-pod6b7c0a1e_2d3f_4a5b_8c6d_7e8f9a0b1c2d.slice/docker-ID.scope | kubernetes | {container=ID, podUid=6b7c0a1e-2d3f-4a5b-8c6d-7e8f9a0b1c2d, qos=guaranteed, runtime=docker}
        /kubepods.slice/kubepods-pod6b7c0a1e_2d3f_4a5b_8c6d_7e8f9a0b1c2d.slice | kubernetes | {podUid=6b7c0a1e-2d3f-4a5b-8c6d-7e8f9a0b1c2d, qos=guaranteed}
        /kubepods/burstable/pod6b7c0a1e-2d3f-4a5b-8c6d-7e8f9a0b1c2d/ID     | kubernetes     | {container=ID, podUid=6b7c0a1e-2d3f-4a5b-8c6d-7e8f9a0b1c2d, qos=burstable}
        /kubepods/pod6b7c0a1e-2d3f-4a5b-8c6d-7e8f9a0b1c2d/ID               | kubernetes     | {container=ID, podUid=6b7c0a1e-2d3f-4a5b-8c6d-7e8f9a0b1c2d, qos=guaranteed}
        /kubepods/besteffort/pod0123456789abcdef0123456789abcdef           | kubernetes     | {podUid=0123456789abcdef0123456789abcdef, qos=besteffort}
        /kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod6b7c0a1e_2d3f_4a5b_8c6d_7e8f9a0b1c2d.slice/cri-containerd-ID.scope | kubernetes | {container=ID, podUid=6b7c0a1e-2d3f-4a5b-8c6d-7e8f9a0b1c2d, qos=guaranteed, runtime=containerd}
        /system.slice/docker-ID.scope                                      | docker         | {container=ID}
        /docker/ID                                                         | docker         | {container=ID}
        /system.slice/docker.service                                       | systemd        | {slice=system.slice, unit=docker.service}
        /machine.slice/libpod-ID.scope                                     | podman         | {container=ID}
        /machine.slice/libpod-ID.scope/container                           | podman         | {container=ID}
        /machine.slice/libpod-conmon-ID.scope                              | podman         | {container=ID, role=conmon}
        /libpod_parent/libpod-ID                                           | podman         | {container=ID}
        /user.slice/user-1000.slice/user@1000.service/user.slice/libpod-ID.scope | podman   | {container=ID, user=1000}
        /machine.slice/machine-libpod_pod_ID.slice                         | podman         | {pod=ID}
        /system.slice/cri-containerd-ID.scope                              | containerd     | {container=ID}
        /system.slice/containerd.service                                   | systemd        | {slice=system.slice, unit=containerd.service}
        /system.slice:cri-containerd:ID                                    | containerd     | {container=ID}
        /default/ID                                                        | containerd     | {container=ID, namespace=default}
        /system.slice/nerdctl-ID.scope                                     | containerd     | {container=ID}
        /system.slice/crio-ID.scope                                        | cri-o          | {container=ID}
        /system.slice/crio-conmon-ID.scope                                 | cri-o          | {container=ID}
        /lxc.payload.web                                                   | lxc            | {name=web, role=payload}
        /lxc.monitor.web                                                   | lxc            | {name=web, role=monitor}
        /lxc.payload/web/init.scope                                        | lxc            | {name=web, role=payload}
        /lxc/101                                                           | lxc            | {name=101}
        /machine.slice/machine-deb\\\\x2d12.scope/payload                  | systemd-nspawn | {machine=deb-12}
        /machine.slice/systemd-nspawn@web.service                          | systemd-nspawn | {machine=web}
        /kata_overhead/ID                                                  | kata           | {container=ID, role=overhead}
        /kata_ID                                                           | kata           | {container=ID}
        /firecracker/551e7604-e35c-42b3-b825-416853441234                  | firecracker    | {name=551e7604-e35c-42b3-b825-416853441234}
        /mesos/0f5ee0a4-8b4d-4a9f-a3e0-7d1b0d7a1f00                        | mesos          | {task=0f5ee0a4-8b4d-4a9f-a3e0-7d1b0d7a1f00}
        /vigia/demo                                                        | vigia          | {name=demo}
        /vigia/demo/web                                                    | vigia          | {container=web, name=demo}
        """)
    void knowsTheMaker(String path, String engine, String details) {
        CgroupMaker maker =
                MakerRecogniser.recognise(new CgroupPath(path.strip().replace("ID", ID)));
        assertThat(maker.engine()).isEqualTo(engine.strip());
        assertThat(maker.details().toString()).isEqualTo(details.strip().replace("ID", ID));
    }
}
