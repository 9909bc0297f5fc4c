/// Where a run stands, for display; sent a few times a second.
package struct RunProgress: Sendable, Hashable {
    /// Frames finished, in frames of the whole job: with annotation a frame counts in full once it is drawn.
    package var framesDone: Int
    /// Frames of all videos; 0 while not all are planned.
    package var framesTotal: Int
    /// Frames that were finished before this run started, for an honest rate after a resume.
    package var framesResumed: Int
    /// Videos finished, failed ones included.
    package var videosDone: Int
    package var videosTotal: Int
    /// Relative path of the video most recently worked on.
    package var currentVideo: String?
    package var workersBusy: Int
    package var workersTotal: Int
    /// What is going on: `planning`, `detecting`, `tracking`, `rendering`, `stopping`.
    package var stage: String

    package init(
        framesDone: Int = 0, framesTotal: Int = 0, framesResumed: Int = 0, videosDone: Int = 0, videosTotal: Int = 0,
        currentVideo: String? = nil, workersBusy: Int = 0, workersTotal: Int = 0, stage: String = "planning"
    ) {
        self.framesDone = framesDone
        self.framesTotal = framesTotal
        self.framesResumed = framesResumed
        self.videosDone = videosDone
        self.videosTotal = videosTotal
        self.currentVideo = currentVideo
        self.workersBusy = workersBusy
        self.workersTotal = workersTotal
        self.stage = stage
    }
}
