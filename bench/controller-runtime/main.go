// Command controller-runtime is the peer of the benchmark of controllers: the same kind, the same reconcile and the same
// number of workers on controller-runtime. It prints what each phase took as one line of JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

// ParcelSpec is what a parcel is to be.
type ParcelSpec struct {
	Address string   `json:"address"`
	Weight  int64    `json:"weight"`
	Stops   []string `json:"stops"`
}

// ParcelStatus is what was seen of a parcel.
type ParcelStatus struct {
	Seen *int64 `json:"seen,omitempty"`
}

// Parcel is the kind of the benchmark, as controller.worlds.ts declares it.
type Parcel struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              ParcelSpec   `json:"spec"`
	Status            ParcelStatus `json:"status,omitempty"`
}

// DeepCopyObject does what generated code does.
func (in *Parcel) DeepCopyObject() runtime.Object {
	out := *in
	in.ObjectMeta.DeepCopyInto(&out.ObjectMeta)
	out.Spec.Stops = append([]string(nil), in.Spec.Stops...)
	if in.Status.Seen != nil {
		seen := *in.Status.Seen
		out.Status.Seen = &seen
	}
	return &out
}

// ParcelList is a list of parcels.
type ParcelList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Parcel `json:"items"`
}

// DeepCopyObject does what generated code does.
func (in *ParcelList) DeepCopyObject() runtime.Object {
	out := *in
	in.ListMeta.DeepCopyInto(&out.ListMeta)
	out.Items = make([]Parcel, len(in.Items))
	for i := range in.Items {
		out.Items[i] = *in.Items[i].DeepCopyObject().(*Parcel)
	}
	return &out
}

var (
	count   = flag.Int("count", 0, "how many objects there are")
	workers = flag.Int("workers", 16, "how many reconciles run at once")
	mark    = flag.Int64("mark", 0, "what the status is to hold")
	config  = flag.String("config", "", "the kubeconfig")
)

// A cost is what a phase took.
type cost struct {
	Ms  float64 `json:"ms"`
	CPU float64 `json:"cpu"`
}

func usage() float64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	millis := func(t syscall.Timeval) float64 { return float64(t.Sec)*1e3 + float64(t.Usec)/1e3 }
	return millis(used.Utime) + millis(used.Stime)
}

// memory is what this process holds, in megabytes: now ("VmRSS") or at most ("VmHWM").
func memory(what string) float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		var kilobytes float64
		if n, _ := fmt.Sscanf(line, what+": %f kB", &kilobytes); n == 1 {
			return kilobytes / 1024
		}
	}
	panic("no " + what)
}

func measure(phase func()) cost {
	start := time.Now()
	before := usage()
	phase()
	after := usage()
	return cost{Ms: float64(time.Since(start).Microseconds()) / 1e3, CPU: after - before}
}

// A visitor reads an object and, when it is told to, writes its status.
type visitor struct {
	client  client.Client
	writing atomic.Bool
	done    chan struct{}
	mutex   sync.Mutex
	seen    map[reconcile.Request]struct{}
	visits  int
}

func (v *visitor) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	var parcel Parcel
	if err := v.client.Get(ctx, request.NamespacedName, &parcel); err != nil {
		return reconcile.Result{}, err
	}
	if v.writing.Load() {
		parcel.Status.Seen = mark
		if err := v.client.Status().Update(ctx, &parcel); err != nil {
			return reconcile.Result{}, err
		}
	}
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.visits++
	v.seen[request] = struct{}{}
	if len(v.seen) == *count {
		v.done <- struct{}{}
	}
	return reconcile.Result{}, nil
}

func (v *visitor) forget() (requests []reconcile.Request) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	for request := range v.seen {
		requests = append(requests, request)
	}
	v.seen = make(map[reconcile.Request]struct{}, *count)
	return requests
}

func run() error {
	flag.Parse()
	ctrl.SetLogger(logr.Discard())
	access, err := clientcmd.BuildConfigFromFlags("", *config)
	if err != nil {
		return err
	}
	access.QPS = -1
	scheme := runtime.NewScheme()
	version := schema.GroupVersion{Group: "bench.lockstep.dev", Version: "v1"}
	scheme.AddKnownTypes(version, &Parcel{}, &ParcelList{})
	metav1.AddToGroupVersion(scheme, version)

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	visits := &visitor{done: make(chan struct{}, 1), seen: make(map[reconcile.Request]struct{}, *count)}
	var queue workqueue.TypedRateLimitingInterface[reconcile.Request]
	failed := make(chan error, 1)
	var manager ctrl.Manager
	start := func() error {
		manager, err = ctrl.NewManager(access, ctrl.Options{
			Scheme:  scheme,
			Metrics: server.Options{BindAddress: "0"},
			Cache:   cache.Options{DefaultTransform: cache.TransformStripManagedFields()},
		})
		if err != nil {
			return err
		}
		visits.client = manager.GetClient()
		err = ctrl.NewControllerManagedBy(manager).
			Named("parcels").
			For(&Parcel{}, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
			WatchesRawSource(source.TypedFunc[reconcile.Request](
				func(_ context.Context, q workqueue.TypedRateLimitingInterface[reconcile.Request]) error {
					queue = q
					return nil
				})).
			WithOptions(controller.Options{MaxConcurrentReconciles: *workers}).
			Complete(visits)
		if err != nil {
			return err
		}
		go func() { failed <- manager.Start(ctx) }()
		return nil
	}

	wait := func() {
		select {
		case <-visits.done:
		case err = <-failed:
			err = errors.Join(errors.New("the manager ended"), err)
		}
	}
	begin := measure(func() {
		if err = start(); err == nil {
			wait()
		}
	})
	if err != nil {
		return err
	}
	idle := memory("VmRSS")
	all := func() {
		requests := visits.forget()
		for _, request := range requests {
			queue.Add(request)
		}
		wait()
	}
	again := make([]cost, 3)
	for i := range again {
		again[i] = measure(all)
	}
	visits.writing.Store(true)
	write := measure(all)
	if err != nil {
		return err
	}
	total, peak := usage(), memory("VmHWM")
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"begin": begin, "again": again, "write": write, "visits": visits.visits, "idle": idle, "total": total, "peak": peak,
	})
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
